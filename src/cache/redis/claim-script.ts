/**
 * Makes the generations that are missing and takes the lease of the load, in one round trip. All keys are in one slot.
 * KEYS: the entry, then the generations. ARGV: TTLs of a generation and of the lease in ms, then a new token for each
 * generation. Returns whether the lease was free, then the generations. The name of the lease is that of `RedisKeys.lease`.
 */
export const CLAIM = `
local tokens = redis.call('MGET', unpack(KEYS, 2))
for at = 1, #tokens do
  if not tokens[at] then
    tokens[at] = ARGV[at + 2]
    redis.call('SET', KEYS[at + 1], tokens[at], 'PX', ARGV[1])
  end
end
local lease = KEYS[1] .. ':l:' .. redis.sha1hex(table.concat(tokens, ','))
local isMine = redis.call('SET', lease, '1', 'NX', 'PX', ARGV[2])
table.insert(tokens, 1, isMine and '1' or '0')
return tokens`;

-- wrk's side of load.ts: `wrk … -s wrk.lua URL -- METHOD FILE`. The file has one request on each line: path, token and
-- body, separated by tabs. They are built once, before the clock starts, so that a run costs wrk next to nothing.
local requests = {}
local at = 0

function init(args)
  local method = args[1]
  for line in io.lines(args[2]) do
    local path, token, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    if token ~= "" then wrk.headers["Authorization"] = "Bearer " .. token end
    requests[#requests + 1] = wrk.format(method, path, nil, body ~= "" and body or nil)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"bytes":%d,"p50Ms":%.3f,"p99Ms":%.3f,"badStatuses":%d,"failures":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end

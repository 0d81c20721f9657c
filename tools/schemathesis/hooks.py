"""Archives are sent as the bytes that were generated, because Schemathesis has no serializer for them."""

import schemathesis

schemathesis.serializer.alias("application/zip", "application/octet-stream")

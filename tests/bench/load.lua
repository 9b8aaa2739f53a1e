-- Load for wrk: every request is unique when a template is given, and the summary is one line of JSON.
-- Arguments after "--": method, path, token ("-" for none), template file ("-" for no body), first number.

local method, path, parts, number
local headers = {}
local constant

local function split(text, marker)
  local found, from = {}, 1
  while true do
    local start, stop = string.find(text, marker, from, true)
    if not start then
      table.insert(found, string.sub(text, from))
      return found
    end
    table.insert(found, string.sub(text, from, start - 1))
    from = stop + 1
  end
end

function init(arguments)
  method, path, number = arguments[1], arguments[2], tonumber(arguments[5])
  if arguments[3] ~= "-" then
    headers["Authorization"] = "Bearer " .. arguments[3]
  end
  if arguments[4] == "-" then
    constant = wrk.format(method, path, headers, nil)
    return
  end
  headers["Content-Type"] = "application/json"
  local file = assert(io.open(arguments[4], "rb"))
  parts = split(file:read("*a"), "@@")
  file:close()
  if #parts == 1 then
    constant = wrk.format(method, path, headers, parts[1])
  end
end

function request()
  if constant then
    return constant
  end
  number = number + 1
  return wrk.format(method, path, headers, table.concat(parts, string.format("%012d", number)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end

-- POST /v1/usage_events, a thousand new events each. API keys come from the environment, one per tenant, separated by blanks;
-- the tenant of the nth key has 50 agents whose ids end in n and a number from 1 (see BenchUsageStatements.agents).
local keys = {}
for key in os.getenv("BENCH_API_KEYS"):gmatch("%S+") do keys[#keys + 1] = key end
local seed = tonumber(os.getenv("BENCH_SEED") or "0")
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

-- What differs between events of a tenant is its id, the hash of the fact; the rest is made once.
local rests = {}

function init(args)
  count = 0
  math.randomseed(seed * 104729 + number * 7919)
  local now = os.time() - 60
  for tenant = 1, #keys do
    rests[tenant] = {}
    for event = 1, 1000 do
      rests[tenant][event] = string.format(
        '","agent":"ag_01930000000070008000%06d%06d","occurred_at":%d,"kind":"message","messages":1,"credits":3,' ..
        '"conversation_id":"conv-%d-%d","lead":{"email":"lead%d@example.com"}}',
        tenant, event % 50 + 1, now - event % 50, tenant, event % 200, event % 400)
    end
  end
end

function request()
  count = count + 1
  local tenant = (count * 2 + number) % #keys + 1
  local events = {}
  for event = 1, 1000 do
    events[event] = string.format(
      '{"event_id":"%08x%08x%02x%02x%06x', math.random(0, 0x7fffffff), math.random(0, 0x7fffffff), seed, number,
      count * 1000 + event - 1) .. rests[tenant][event]
  end
  return wrk.format("POST", "/v1/usage_events", {
    ["Authorization"] = "Bearer " .. keys[tenant],
    ["Content-Type"] = "application/json",
  }, '{"events":[' .. table.concat(events, ",") .. ']}')
end

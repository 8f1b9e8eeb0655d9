-- POST /v1/products with a key of its own each time: the command transaction as a portal causes it.
-- API keys come from the environment, one per tenant, separated by blanks.
local keys = {}
for key in os.getenv("BENCH_API_KEYS"):gmatch("%S+") do keys[#keys + 1] = key end
local seed = os.getenv("BENCH_SEED") or "0"
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  count = 0
  math.randomseed(number * 7919)
end

local body = '{"name":"Chatbot","pricing_model":"base_fee","billing_period":"monthly","price":{"amount":4900,"currency":"usd"}}'

function request()
  count = count + 1
  return wrk.format("POST", "/v1/products", {
    ["Authorization"] = "Bearer " .. keys[math.random(#keys)],
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = seed .. "-" .. number .. "-" .. count,
  }, body)
end

-- GET /v1/clients/{client}/access, what a portal asks at every login.
-- BENCH_CLIENTS holds "key client" pairs, one per tenant, separated by commas.
local pairs_ = {}
for key, client in os.getenv("BENCH_CLIENTS"):gmatch("([^,%s]+) ([^,%s]+)") do pairs_[#pairs_ + 1] = { key, client } end

function request()
  local pair = pairs_[math.random(#pairs_)]
  return wrk.format("GET", "/v1/clients/" .. pair[2] .. "/access", { ["Authorization"] = "Bearer " .. pair[1] })
end

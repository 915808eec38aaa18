-- One hundred increments a request by batch-increment, the names drawn by popularity.
-- wrk -t1 -c32 -d20s --latency -s batch.lua URL -- POPULARITY_FILE SEED COUNTER_TYPE
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local popularity = dofile(here .. "popularity.lua")

local REQUESTS = 2048
local OPERATIONS = 100

function init(args)
   local draw = popularity.drawer(popularity.arguments(args), thread_number)
   request = popularity.precompute(REQUESTS, "/api/v1/counter/batch-increment", function()
      local operations = {}
      for i = 1, OPERATIONS do operations[i] = draw() end
      return '{"operations":[' .. table.concat(operations, ",") .. "]}"
   end)
end

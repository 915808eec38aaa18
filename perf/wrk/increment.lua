-- One increment a request, the names drawn by popularity.
-- wrk -t1 -c100 -d20s --latency -s increment.lua URL -- POPULARITY_FILE SEED COUNTER_TYPE
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local popularity = dofile(here .. "popularity.lua")

local REQUESTS = 65536

function init(args)
   local draw = popularity.drawer(popularity.arguments(args), thread_number)
   request = popularity.precompute(REQUESTS, "/api/v1/counter/increment", draw)
end

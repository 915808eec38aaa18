-- One consumption or check of a quota a request, of 10,000 subjects evenly or of one alone.
-- wrk -t1 -c100 -d20s --latency -s quota.lua URL -- POPULARITY_FILE SEED consume|consume-one|check
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local popularity = dofile(here .. "popularity.lua")

local REQUESTS = 65536
local SUBJECTS = 10000
local PATHS = {
   ["consume"] = "/api/v1/quota/consume",
   ["consume-one"] = "/api/v1/quota/consume",
   ["check"] = "/api/v1/quota/check",
}

function init(args)
   local options = popularity.arguments(args)
   local what = options.counter_type
   math.randomseed(options.seed + thread_number)
   request = popularity.precompute(REQUESTS, PATHS[what], function()
      local subject = what == "consume-one" and "one" or "subject-" .. math.random(SUBJECTS)
      return string.format('{"subject":"%s","quota_type":"api_calls"}', subject)
   end)
end

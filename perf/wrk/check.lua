-- One question about a rate limit a request: the users drawn by popularity, or evenly from a number of them; or always the
-- same one, of any key.
-- wrk -t1 -c100 -d20s --latency -s check.lua URL -- POPULARITY_FILE|uniform:USERS|one:KEY=VALUE SEED DOMAIN
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local popularity = dofile(here .. "popularity.lua")

local REQUESTS = 131072

function init(args)
   local options = popularity.arguments(args)
   local users = tonumber(options.file:match("^uniform:(%d+)$"))
   local key, value = options.file:match("^one:([^=]+)=(.+)$")
   local question = '{"domain":"' .. options.counter_type
      .. '","descriptors":[{"entries":[{"key":' .. popularity.quoted(key or "user") .. ',"value":%s}]}]}'
   local user
   if value then
      user = function() return popularity.quoted(value) end
   elseif users then
      math.randomseed(options.seed + thread_number)
      user = function() return '"user-' .. math.random(users) .. '"' end
   else
      local draw = popularity.names(options, thread_number)
      user = function() return popularity.quoted(draw()) end
   end
   request = popularity.precompute(REQUESTS, "/api/v1/ratelimit/check", function() return question:format(user()) end)
end

-- One INCRBY a request in Webdis's own form, the names drawn by popularity.
-- wrk -t1 -c100 -d20s --latency -s webdis.lua URL -- POPULARITY_FILE SEED COUNTER_TYPE
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local popularity = dofile(here .. "popularity.lua")

local REQUESTS = 65536

local function escaped(text)
   return (text:gsub("[^%w%-_~]", function(c) return string.format("%%%02X", c:byte()) end))
end

function init(args)
   local options = popularity.arguments(args)
   local name = popularity.names(options, thread_number)
   request = popularity.cycle(REQUESTS, function()
      return wrk.format("GET", "/INCRBY/" .. escaped(options.counter_type .. ":" .. name()) .. "/1")
   end)
end

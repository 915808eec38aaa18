-- What the scripts beside it share: names drawn by popularity, requests made before the clock starts, and the result
-- of the run as one line of JSON.
local popularity = {}

-- The seed and file come after "--" on wrk's command line: POPULARITY_FILE SEED COUNTER_TYPE.
function popularity.arguments(args)
   if #args < 3 then error("after -- say: POPULARITY_FILE SEED COUNTER_TYPE") end
   return { file = args[1], seed = tonumber(args[2]), counter_type = args[3] }
end

-- A text as JSON has it.
function popularity.quoted(text)
   return '"' .. text:gsub('[%c"\\]', function(c) return string.format("\\u%04x", c:byte()) end) .. '"'
end

-- A function that draws a name; how often one comes is in proportion to its count.
function popularity.names(options, thread)
   local names, upto, total = {}, {}, 0
   for line in io.lines(options.file) do
      local name, count = line:match("^([^\t]+)\t(%d+)$")
      if name then
         total = total + tonumber(count)
         names[#names + 1], upto[#upto + 1] = name, total
      end
   end
   math.randomseed(options.seed + thread)
   return function()
      local at, low, high = math.random() * total, 1, #upto
      while low < high do
         local middle = math.floor((low + high) / 2)
         if upto[middle] > at then high = middle else low = middle + 1 end
      end
      return names[low]
   end
end

-- A function that draws the JSON of one operation.
function popularity.drawer(options, thread)
   local name = popularity.names(options, thread)
   local operation = '{"resource_id":%s,"counter_type":' .. popularity.quoted(options.counter_type) .. ',"delta":1}'
   return function() return operation:format(popularity.quoted(name())) end
end

-- Posts bodies of JSON, each made now, so that a request in flight costs wrk an index step and nothing more.
function popularity.precompute(count, path, body)
   wrk.headers["Content-Type"] = "application/json"
   return popularity.cycle(count, function() return wrk.format("POST", path, nil, body()) end)
end

function popularity.cycle(count, make)
   local requests = {}
   for i = 1, count do requests[i] = make() end
   local at = 0
   return function()
      at = at % count + 1
      return requests[at]
   end
end

-- Numbers each thread, so that each draws its own sequence from the seed.
local threads = 0
function setup(thread)
   thread:set("thread_number", threads)
   threads = threads + 1
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      'RESULT {"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p95_ms":%.3f,"p99_ms":%.3f,"p999_ms":%.3f,"max_ms":%.3f,'
         .. '"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n',
      summary.requests, summary.duration / 1e6,
      latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
      latency:percentile(99.9) / 1e3, latency.max / 1e3,
      errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end

return popularity

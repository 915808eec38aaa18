-- Says that a process is there, and answers {how many are}.
--
-- KEYS  the processes, by when they last said so (ms since the epoch, by the server's clock)
-- ARGV  this process, how long one is believed to be there (ms)

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key, life = KEYS[1], tonumber(ARGV[2])

local function text(integer)
  return string.format('%.0f', integer)
end

redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now - life))
-- Those of a clock that was ahead: who is still there says so again.
redis.call('ZREMRANGEBYSCORE', key, '(' .. text(now), '+inf')
redis.call('ZADD', key, text(now), ARGV[1])
redis.call('PEXPIRE', key, text(life))
return {redis.call('ZCARD', key)}

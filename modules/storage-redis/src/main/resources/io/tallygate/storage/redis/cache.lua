-- What processes share of a cache, and what they tell each other about it. All keys have the cache's hash tag.
--
-- KEYS  state of the cache, its messages, and then for each key that is meant: its value, its lease
-- ARGV  what to do, and what that needs
--
-- The state is a hash: g the generation, by which all values are forgotten at once; x when all values' life was ended (ms);
-- n how many messages there have been; r which run of the server it has seen. A value is a hash: d the document, g its
-- generation, b when it was brought and u until when it lives (ms, by the server's clock). A lease is the name it was taken
-- under, behind g and x, so that what is told of all values ends all leases too.

local MESSAGES_MAX = 100000

local state, messages = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function text(integer)
  return string.format('%.0f', integer)
end

local held = redis.call('HMGET', state, 'g', 'x')
local generation, ended = held[1], tonumber(held[2] or '0')
if not generation then
  -- New, or lost: values that are there all the same are of another one.
  generation = text(now)
  redis.call('HSET', state, 'g', generation)
end

local function leased(name)
  return generation .. ' ' .. text(ended) .. ' ' .. name
end

local function has(lease, name)
  return redis.call('GET', lease) == leased(name)
end

-- True when it is this one's, taken now or before.
local function take(lease, name, life)
  local wanted = leased(name)
  local there = redis.call('GET', lease)
  if there and there ~= wanted then
    -- One that ended with all others is nobody's.
    local prefix = leased('')
    if string.sub(there, 1, #prefix) == prefix then
      return false
    end
  end
  redis.call('SET', lease, wanted, 'PX', life)
  return true
end

-- Its age, what is left of its life, and the document; nothing where there is none.
local function stored(value)
  local found = redis.call('HMGET', value, 'g', 'd', 'b', 'u')
  if found[1] ~= generation or not found[2] then
    return nil
  end
  local brought, fresh = tonumber(found[3]), tonumber(found[4]) - now
  if brought <= ended and fresh > 0 then
    fresh = 0
  end
  return {math.max(0, now - brought), fresh, found[2]}
end

local function store(value, document, fresh, stale)
  redis.call('DEL', value)
  redis.call('HSET', value, 'g', generation, 'd', document, 'b', text(now), 'u', text(now + fresh))
  redis.call('PEXPIRE', value, text(fresh + stale))
end

local function tell(kind, key)
  local n = redis.call('HINCRBY', state, 'n', 1)
  if key then
    redis.call('XADD', messages, 'MAXLEN', '~', MESSAGES_MAX, '*', 'n', n, 'kind', kind, 'key', key)
  else
    redis.call('XADD', messages, 'MAXLEN', '~', MESSAGES_MAX, '*', 'n', n, 'kind', kind)
  end
end

local function endAll(kind)
  if kind == 'invalidate' then
    generation = text(math.max(tonumber(generation) + 1, now))
    redis.call('HSET', state, 'g', generation)
  else
    ended = math.max(ended + 1, now)
    redis.call('HSET', state, 'x', text(ended))
  end
  tell(kind, nil)
end

local function endOne(kind, key, value, lease)
  redis.call('DEL', lease)
  if kind == 'invalidate' then
    redis.call('DEL', value)
  else
    local there = stored(value)
    if there and there[2] > 0 then
      redis.call('HSET', value, 'u', text(now))
    end
  end
  tell(kind, key)
end

local what, value, lease = ARGV[1], KEYS[3], KEYS[4]

if what == 'peek' or what == 'read' then
  local there = stored(value) or {0, 0, false}
  if what == 'peek' or (there[3] and there[2] > 0) then
    return {0, there[1], there[2], there[3]}
  end
  return {take(lease, ARGV[2], ARGV[3]) and 1 or 2, there[1], there[2], there[3]}
elseif what == 'lease' then
  return {take(lease, ARGV[2], ARGV[3]) and 1 or 0}
elseif what == 'renew' then
  return {has(lease, ARGV[2]) and redis.call('PEXPIRE', lease, ARGV[3]) or 0}
elseif what == 'release' then
  return {has(lease, ARGV[2]) and redis.call('DEL', lease) or 0}
elseif what == 'fill' then
  if not has(lease, ARGV[2]) then
    return {0}
  end
  redis.call('DEL', lease)
  store(value, ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]))
  return {1}
elseif what == 'put' then
  redis.call('DEL', lease)
  store(value, ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]))
  tell('invalidate', ARGV[2])
  return {1}
elseif what == 'tell' then
  -- Then a kind and a name for each; that of a key follows 'k', and 'a' is all keys.
  local place = 3
  for i = 2, #ARGV, 2 do
    if ARGV[i + 1] == 'a' then
      endAll(ARGV[i])
    else
      endOne(ARGV[i], string.sub(ARGV[i + 1], 2), KEYS[place], KEYS[place + 1])
      place = place + 2
    end
  end
  return {1}
elseif what == 'follow' then
  -- A server that was started again, or another one, may have forgotten what it was told: nothing from before is used.
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
  local seen = redis.call('HGET', state, 'r')
  if seen ~= run then
    redis.call('HSET', state, 'r', run)
    if seen then
      endAll('invalidate')
    end
  end
  local last = redis.call('XREVRANGE', messages, '+', '-', 'COUNT', 1)
  return {tonumber(redis.call('HGET', state, 'n') or '0'), last[1] and last[1][1] or '0-0'}
end
return redis.error_reply('ERR unknown: ' .. tostring(what))

-- Applies one partition's part of a flush, once. Every key is in that partition's slot.
--
-- KEYS  the writer's guard; hashes of counters; a record for each keyed request
-- ARGV  sequence (19 digits), guard life, record life, record TTL (all ms), hashes, fingerprint of the flush or ''
--       kinds, and for each: its hash's index in KEYS, mode, lowest, highest
--       changes, and for each: kind, field, delta
--       keyed requests, and for each: fingerprint, instant (ms), instant at which a known record's age is taken (ms),
--       changes, and each change as above
--
-- Answers {outcomes, keyed}: an outcome is the new value, as a string where a double would not be exact, 'refused', or
-- 'wrongtype' when what is in the counter's place is no number; a keyed request's is {instant, outcomes, whether its
-- record was there before (1 or 0)}, or 'reused'. A repeated part gets a third element, 1, behind what it was answered
-- first. Errors: FOREIGNFLUSH when the number belongs to a flush with another fingerprint, STALEFLUSH after a higher one.
--
-- The guard is the sequence, followed by the answer and the fingerprint in MessagePack; version 0.1.0 wrote no
-- fingerprint.
--
-- A script is not rolled back, so nothing may fail after its first write. The server's own refusals (no memory, no disk,
-- a replica) come at a script's first write only; a counter that cannot take its change is an outcome.

local EXACT = 9007199254740992 -- 2^53: numbers are doubles here, integers between its ends are exact
local SEQUENCE_DIGITS = 19
local COUNTER_ERRORS = {
  {'overflow', 'refused'}, {'not an integer', 'wrongtype'}, {'WRONGTYPE', 'wrongtype'}
}

local last = redis.pcall('GET', KEYS[1])
if type(last) == 'table' then
  return redis.error_reply('STALEFLUSH what is at ' .. KEYS[1] .. ' is not of this program')
end
if last then
  local sequence = string.sub(last, 1, SEQUENCE_DIGITS)
  if sequence == ARGV[1] then
    local known, first, fingerprint = pcall(cmsgpack.unpack, string.sub(last, SEQUENCE_DIGITS + 1))
    if not known or type(first) ~= 'table' then
      return redis.error_reply('STALEFLUSH what is at ' .. KEYS[1] .. ' is not of this program')
    end
    if (fingerprint or '') ~= '' and ARGV[6] ~= '' and fingerprint ~= ARGV[6] then
      return redis.error_reply('FOREIGNFLUSH ' .. ARGV[1] .. ' belongs to another flush')
    end
    first[3] = 1
    return first
  elseif sequence > ARGV[1] then
    return redis.error_reply('STALEFLUSH ' .. ARGV[1] .. ' comes after ' .. sequence)
  end
end

local next_arg = 6
local function arg()
  next_arg = next_arg + 1
  return ARGV[next_arg]
end

local kinds = {}
for kind = 1, tonumber(arg()) do
  kinds[tostring(kind)] = {hash = KEYS[tonumber(arg())], mode = arg(), lowest = arg(), highest = arg()}
end

-- Decimal integers of any size.
local function less(a, b)
  local a_negative, b_negative = string.sub(a, 1, 1) == '-', string.sub(b, 1, 1) == '-'
  if a_negative ~= b_negative then
    return a_negative
  end
  if a_negative then
    a, b = string.sub(b, 2), string.sub(a, 2)
  end
  if #a ~= #b then
    return #a < #b
  end
  return a < b
end

-- The reply, or nil and the outcome when the counter itself cannot take the command.
local function try(command, hash, field, delta)
  local reply
  if delta then
    reply = redis.pcall(command, hash, field, delta)
  else
    reply = redis.pcall(command, hash, field)
  end
  if type(reply) ~= 'table' then
    return reply
  end
  for _, known in ipairs(COUNTER_ERRORS) do
    if string.find(reply.err, known[1], 1, true) then
      return nil, known[2]
    end
  end
  error(reply.err)
end

local function add(kind, field, delta)
  local hash = kind.hash
  if kind.mode == 'wide' then
    -- Bounds that a value between the ends of EXACT cannot have come from beyond: only others need the look before.
    local value, refusal = try('HINCRBY', hash, field, delta)
    if not value then
      return refusal
    elseif value > -EXACT and value < EXACT then
      return value
    end
    local back = string.sub(delta, 1, 1) == '-' and string.sub(delta, 2) or '-' .. delta
    redis.call('HINCRBY', hash, field, back)
  end
  if kind.mode ~= 'free' then
    local before, refusal = try('HGET', hash, field)
    if refusal or before and not string.find(before, '^-?%d+$') then
      return 'wrongtype'
    elseif before and (less(before, kind.lowest) or less(kind.highest, before)) then
      return 'refused'
    end
  end
  local value, refusal = try('HINCRBY', hash, field, delta)
  if not value then
    return refusal
  elseif value > -EXACT and value < EXACT then
    return value
  end
  return redis.call('HGET', hash, field)
end

local function change(kind, field, delta)
  if kind.mode == 'reset' then
    local _, refusal = try('HDEL', kind.hash, field)
    return refusal or 0
  elseif kind.mode == 'echo' then
    return delta
  end
  return add(kind, field, delta)
end

local function changes(count)
  local outcomes = {}
  local first = next_arg
  next_arg = first + 3 * count
  for i = 1, count do
    outcomes[i] = change(kinds[ARGV[first + 1]], ARGV[first + 2], ARGV[first + 3])
    first = first + 3
  end
  return outcomes
end

-- The record {fingerprint, instant, outcomes}; nil when there is none; false when what is there is no record.
local function recorded(record)
  local packed = redis.pcall('GET', record)
  if not packed then
    return nil
  end
  local known, content = false, nil
  if type(packed) == 'string' then
    known, content = pcall(cmsgpack.unpack, packed)
  end
  return known and type(content) == 'table' and type(content[2]) == 'number' and content
end

local function keyed(record)
  local fingerprint, instant, age_at, count = arg(), tonumber(arg()), tonumber(arg()), tonumber(arg())
  local known = recorded(record)
  if known == false then
    next_arg = next_arg + 3 * count
    local outcomes = {}
    for i = 1, count do
      outcomes[i] = 'wrongtype'
    end
    return {instant, outcomes, 0}
  elseif known and age_at - known[2] < tonumber(ARGV[3]) then
    next_arg = next_arg + 3 * count
    return known[1] == fingerprint and {known[2], known[3], 1} or 'reused'
  end
  local outcomes = changes(count)
  redis.call('SET', record, cmsgpack.pack({fingerprint, instant, outcomes}), 'PX', ARGV[4])
  return {instant, outcomes, 0}
end

local reply = {changes(tonumber(arg())), {}}
local records = 1 + tonumber(ARGV[5])
for request = 1, tonumber(arg()) do
  reply[2][request] = keyed(KEYS[records + request])
end
redis.call('SET', KEYS[1], ARGV[1] .. cmsgpack.pack(reply, ARGV[6]), 'PX', ARGV[2])
return reply

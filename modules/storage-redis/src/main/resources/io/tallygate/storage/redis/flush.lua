-- Applies one partition's part of a flush, once. Every key is in that partition's slot.
--
-- KEYS  the writer's guard; hashes of rows; a record for each keyed posting
-- ARGV  sequence (19 digits), guard life (ms), hashes, fingerprint of the flush or ''
--       kinds, and for each: its hash's index in KEYS, what is done, lowest and highest value after it
--       postings, and for each: 'each' or 'all', 'plain' or 'keyed', and where it is keyed: fingerprint, instant (ms),
--       instant at which a known record's age is taken, the record's life, its life when all is refused, memo; then its
--       changes, and for each: kind, field, delta
--
-- Answers {2, results}. The result of a plain posting is its outcomes; that of a keyed one {instant, outcomes, whether its
-- record was there before (1 or 0), memo}, or 'reused'. An outcome is the new value, as a string where a double would not
-- be exact; 'refused ' or 'undone ' and the value that stands; or 'wrongtype' when what is in the row's place is no number.
-- A repeated part gets a third element, 1, behind what it was answered first. Errors: FOREIGNFLUSH when the number belongs
-- to a flush with another fingerprint, STALEFLUSH after a higher one.
--
-- The guard is the sequence, followed by the answer and the fingerprint in MessagePack. Version 0.1.0 wrote no fingerprint,
-- and the answer {outcomes of all plain changes, results of keyed ones}, in which a refusal is 'refused'. Its records of
-- keys are {fingerprint, instant, outcomes}, without memo and life.
--
-- A script is not rolled back, so nothing may fail after its first write. The server's own refusals (no memory, no disk,
-- a replica) come at a script's first write only; a row that cannot take its change is an outcome.

local EXACT = 9007199254740992 -- 2^53: numbers are doubles here, integers between its ends are exact
local SEQUENCE_DIGITS = 19
local LIFE_OF_0_1_0 = 86400000
local RECORD_KEPT_LONGER = 3600000 -- by the server's clock; ages are measured by the writers'
local ROW_ERRORS = {
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
    if (fingerprint or '') ~= '' and ARGV[4] ~= '' and fingerprint ~= ARGV[4] then
      return redis.error_reply('FOREIGNFLUSH ' .. ARGV[1] .. ' belongs to another flush')
    end
    first[3] = 1
    return first
  elseif sequence > ARGV[1] then
    return redis.error_reply('STALEFLUSH ' .. ARGV[1] .. ' comes after ' .. sequence)
  end
end

local next_arg = 4
local function arg()
  next_arg = next_arg + 1
  return ARGV[next_arg]
end

local kinds = {}
for kind = 1, tonumber(arg()) do
  kinds[tostring(kind)] = {hash = KEYS[tonumber(arg())], what = arg(), lowest = arg(), highest = arg()}
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

-- The reply, or nil and what is wrong when the row itself cannot take the command.
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
  for _, known in ipairs(ROW_ERRORS) do
    if string.find(reply.err, known[1], 1, true) then
      return nil, known[2]
    end
  end
  error(reply.err)
end

local function standing(hash, field)
  return redis.call('HGET', hash, field) or '0'
end

-- What is in a row's place, false when nothing is, and whether that is no number.
local function look(hash, field)
  local before, wrong = try('HGET', hash, field)
  return before, wrong or before and not string.find(before, '^-?%d+$')
end

local function put_back(hash, field, before)
  if before then
    redis.call('HSET', hash, field, before)
  else
    redis.call('HDEL', hash, field)
  end
end

-- The new value; or nil, the refusal and the value that stands.
local function add(kind, field, delta)
  local hash, before, wrong = kind.hash, nil, nil
  if kind.what == 'bounded' then
    before, wrong = look(hash, field)
    if wrong then
      return nil, 'wrongtype'
    end
  end
  local value, refusal = try('HINCRBY', hash, field, delta)
  if refusal == 'wrongtype' then
    return nil, 'wrongtype'
  elseif refusal then
    return nil, 'refused', standing(hash, field)
  end
  if value <= -EXACT or value >= EXACT then
    value = redis.call('HGET', hash, field)
  end
  if kind.what == 'bounded' then
    local after = type(value) == 'string' and value or string.format('%.0f', value)
    if less(after, kind.lowest) or less(kind.highest, after) then
      put_back(hash, field, before)
      return nil, 'refused', before or '0'
    end
  end
  return value
end

local function change(kind, field, delta)
  if kind.what == 'delete' then
    local _, wrong = try('HDEL', kind.hash, field)
    if wrong then
      return nil, 'wrongtype'
    end
    return 0
  elseif kind.what == 'echo' then
    return delta
  end
  return add(kind, field, delta)
end

local function each(count)
  local outcomes, refused = {}, 0
  local first = next_arg
  next_arg = first + 3 * count
  for i = 1, count do
    local value, refusal, stands = change(kinds[ARGV[first + 1]], ARGV[first + 2], ARGV[first + 3])
    if refusal then
      refused = refused + 1
      value = stands and refusal .. ' ' .. stands or refusal
    end
    outcomes[i] = value
    first = first + 3
  end
  return outcomes, count > 0 and refused == count
end

local function undo(done)
  for i = #done, 1, -1 do
    put_back(done[i][1], done[i][2], done[i][3])
  end
end

-- Every outcome tells the value that stands.
local function undone(count, first, failed, failure)
  local outcomes = {}
  for i = 1, count do
    local kind, field = kinds[ARGV[first + 1]], ARGV[first + 2]
    local before, wrong = look(kind.hash, field)
    if wrong or i == failed and failure == 'wrongtype' then
      outcomes[i] = 'wrongtype'
    else
      outcomes[i] = (i == failed and 'refused ' or 'undone ') .. (before or '0')
    end
    first = first + 3
  end
  return outcomes, true
end

local function all(count)
  local outcomes, done = {}, {}
  local first = next_arg
  next_arg = first + 3 * count
  local at = first
  for i = 1, count do
    local kind, field, delta = kinds[ARGV[at + 1]], ARGV[at + 2], ARGV[at + 3]
    local before, wrong = look(kind.hash, field)
    local value, refusal
    if wrong then
      refusal = 'wrongtype'
    else
      value, refusal = change(kind, field, delta)
    end
    if refusal then
      undo(done)
      return undone(count, first, i, refusal)
    end
    done[i] = {kind.hash, field, before}
    outcomes[i] = value
    at = at + 3
  end
  return outcomes, false
end

local function changes(mode)
  local count = tonumber(arg())
  if mode == 'all' then
    return all(count)
  end
  return each(count)
end

-- The record {fingerprint, instant, outcomes, memo, life}; nil when there is none; false when what is there is no record.
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

local function keyed(mode, record)
  local fingerprint, instant, age_at = arg(), tonumber(arg()), tonumber(arg())
  local life, refused_life, memo = tonumber(arg()), tonumber(arg()), arg()
  local known = recorded(record)
  if known == false then
    local outcomes, count = {}, tonumber(arg())
    next_arg = next_arg + 3 * count
    for i = 1, count do
      outcomes[i] = 'wrongtype'
    end
    return {instant, outcomes, 0, ''}
  elseif known and age_at - known[2] < (known[5] or LIFE_OF_0_1_0) then
    local count = tonumber(arg())
    next_arg = next_arg + 3 * count
    return known[1] == fingerprint and {known[2], known[3], 1, known[4] or ''} or 'reused'
  end
  local outcomes, refused = changes(mode)
  local kept = refused and refused_life or life
  if kept > 0 then
    redis.call('SET', record, cmsgpack.pack({fingerprint, instant, outcomes, memo, kept}), 'PX',
      string.format('%.0f', kept + RECORD_KEPT_LONGER))
  elseif known then
    redis.call('DEL', record)
  end
  return {instant, outcomes, 0, memo}
end

local results = {}
local record = 1 + tonumber(ARGV[3])
for posting = 1, tonumber(arg()) do
  local mode, sort = arg(), arg()
  if sort == 'keyed' then
    record = record + 1
    results[posting] = keyed(mode, KEYS[record])
  else
    results[posting] = changes(mode)
  end
end
local reply = {2, results}
redis.call('SET', KEYS[1], ARGV[1] .. cmsgpack.pack(reply, ARGV[4]), 'PX', ARGV[2])
return reply

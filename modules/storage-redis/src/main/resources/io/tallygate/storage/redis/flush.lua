-- Applies one partition's part of a flush, once. Every key is in that partition's slot.
--
-- KEYS  the writer's guard; hashes of rows, and where they are listed; a record for each keyed posting
-- ARGV  sequence (19 digits), guard life (ms), hashes and lists, fingerprint of the flush or ''
--       hashes whose changes are recorded; where there are any: instant (ms), bytes of facts that wait at most, the indices in
--       KEYS of the hash of facts, the sets of its ids and sections, the hash of numbers and the set of its sections, and the
--       section of both; and for each: its index in KEYS, the book, the section
--       kinds, and for each: its hash's index in KEYS, what is done, two numbers
--       postings, and for each: 'each', 'all', 'fit_each' or 'fit_all', 'plain', 'noted' or 'keyed', where it is noted a
--       memo for its facts, and where it is keyed: fingerprint, instant (ms), instant at which a known record's age is taken,
--       the record's life, its life when all is refused, memo; then its changes, and for each: kind, field, and the delta, the
--       document or, for 'delete', anything
--
-- What is done, and its two numbers: 'free' (none: the value after it has the bounds of 64 bits), 'bounded' (lowest and
-- highest value after it), 'put' and 'delete' (the version that must be there, 0 for none, -1 for any), 'echo' (none).
-- 'listed' changes nothing and comes before the other kinds of its hash: the sorted set of its book's sections (an index in
-- KEYS), and for documents that of its ids. A section's hash is called as the set of sections, a colon and the section.
--
-- A document's field is its version, a space and its bytes. Sections and ids have the score 0, so bytes order them; a
-- section is in its set as long as its hash is there, and an id as long as its document is.
--
-- Answers {2, results}. The result of a plain posting is its outcomes; that of a keyed one {instant, outcomes, whether its
-- record was there before (1 or 0), memo}, or 'reused'. An outcome is the new value or version, as a string where a double
-- would not be exact; 'refused ', 'version ' (another one than it must be) or 'undone ' and what stands; or 'wrongtype' when
-- what is in the row's place is not of its book. In the modes that fit, ' took ' and how much of the delta follows. A
-- repeated part gets a third element, 1, behind what it was answered first. Errors: FOREIGNFLUSH when the number belongs
-- to a flush with another fingerprint, STALEFLUSH after a higher one.
--
-- The guard is the sequence, followed by the answer and the fingerprint in MessagePack. Version 0.1.0 wrote no fingerprint,
-- and the answer {outcomes of all plain changes, results of keyed ones}, in which a refusal is 'refused'. Its records of
-- keys are {fingerprint, instant, outcomes}, without memo and life.
--
-- A script is not rolled back, so nothing may fail after its first write. The server's own refusals (no memory, no disk,
-- a replica) come at a script's first write only; a row that cannot take its change is an outcome.

local EXACT = 9007199254740992 -- 2^53: numbers are doubles here, integers between its ends are exact
local LEAST, MOST = '-9223372036854775808', '9223372036854775807'
local HALF = 1000000000 -- decimal integers of 64 bits are added in two halves, of which doubles hold each exactly
local HALF_DIGITS = 9
local SEQUENCE_DIGITS = 19
local VERSION_DIGITS_MAX = 15
local LIFE_OF_0_1_0 = 86400000
local BATCH_BYTES_MAX = 524288 -- of facts in one document, unless its only fact has more
local RECORD_KEPT_LONGER = 3600000 -- by the server's clock; ages are measured by the writers'

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

-- What is committed of books that are recorded, as the ledger's FactBatch and Outbox say. Nil where nothing is.
local facts

-- Gives what is wrong where facts cannot be stored: found out before anything is written.
local function recording(count)
  local at, most = arg(), tonumber(arg())
  local batches, ids, batch_sections = KEYS[tonumber(arg())], KEYS[tonumber(arg())], KEYS[tonumber(arg())]
  local numbers, number_sections, section = KEYS[tonumber(arg())], KEYS[tonumber(arg())], arg()
  local hashes = {}
  for _ = 1, count do
    local hash, book = arg(), arg()
    hashes[hash] = {book = book, section = arg()}
  end
  for key, command in pairs({[batches] = 'HLEN', [ids] = 'ZCARD', [batch_sections] = 'ZCARD', [numbers] = 'HLEN',
      [number_sections] = 'ZCARD'}) do
    if type(redis.pcall(command, key)) == 'table' then
      return key
    end
  end
  local standing = redis.call('HMGET', numbers, 'end', 'written', 'relayed')
  local last, written, relayed = tonumber(standing[1] or 0), tonumber(standing[2] or 0), tonumber(standing[3] or 0)
  if not (last and written and relayed) then
    return numbers
  end

  local lines, first, memo = {}, 0, ''

  local function begin(its_memo)
    first, memo = #lines, its_memo
  end

  local function undo()
    for i = #lines, first + 1, -1 do
      lines[i] = nil
    end
  end

  local function note(sort, kind, field, delta, value)
    if delta ~= '0' then
      local after = type(value) == 'string' and value or string.format('%.0f', value)
      local names = kind.recorded
      lines[#lines + 1] = string.format('%s %.0f %s %s %.0f %.0f %.0f %s\n', sort, #lines - first, delta, after, #memo,
        #names.section, #field, names.book) .. memo .. names.section .. field
    end
  end

  -- The same kind of change, of which facts are noted.
  local function noting(kind, what, names, is_number)
    local change = kind.change
    kind.recorded = names
    if what == 'delete' then
      kind.change = function(deleted, field, anything, before)
        local stood = before or redis.pcall('HGET', deleted.hash, field)
        local value, refusal, stands = change(deleted, field, anything, before)
        if not refusal and type(stood) == 'string' and is_number(stood) then
          local negative = string.sub(stood, 1, 1) == '-'
          local taken = stood == LEAST and LEAST or negative and string.sub(stood, 2) or stood == '0' and stood or '-' .. stood
          note('d', deleted, field, taken, value)
        end
        return value, refusal, stands
      end
    else
      kind.change = function(added, field, delta, before)
        local value, refusal, stands = change(added, field, delta, before)
        if not refusal then
          note('a', added, field, delta, value)
        end
        return value, refusal, stands
      end
    end
  end

  local function append(batch, count)
    if count > 0 then
      if written - relayed + #batch <= most then
        local id = string.format('%019.0f', last)
        redis.call('HSET', batches, id, '1 ' .. batch)
        redis.call('ZADD', ids, 0, id)
        redis.call('ZADD', batch_sections, 0, section)
        written = written + #batch
      end
      last = last + count
    end
  end

  local function store()
    if #lines == 0 then
      return
    end
    local head = '1 ' .. at .. '\n'
    local from, bytes = 1, #head
    for i = 1, #lines do
      if i > from and bytes + #lines[i] > BATCH_BYTES_MAX then
        append(head .. table.concat(lines, '', from, i - 1), i - from)
        from, bytes = i, #head
      end
      bytes = bytes + #lines[i]
    end
    append(head .. table.concat(lines, '', from), #lines - from + 1)
    redis.call('HSET', numbers, 'end', string.format('%.0f', last), 'written', string.format('%.0f', written))
    redis.call('ZADD', number_sections, 0, section)
  end

  facts = {begin = begin, undo = undo, noting = noting, store = store, hashes = hashes}
  return nil
end

local recorded_hashes = tonumber(arg())
if recorded_hashes > 0 then
  local wrong = recording(recorded_hashes)
  if wrong then
    return redis.error_reply('OUTBOX what is at ' .. wrong .. ' is not of this program')
  end
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
  for words, refusal in pairs({overflow = 'refused', ['not an integer'] = 'wrongtype', WRONGTYPE = 'wrongtype'}) do
    if string.find(reply.err, words, 1, true) then
      return nil, refusal
    end
  end
  error(reply.err)
end

local kinds = {}

-- The new value; or nil, the refusal and what stands.
local function increment(kind, field, delta)
  local value, refusal = try('HINCRBY', kind.hash, field, delta)
  if refusal then
    return nil, refusal, refusal == 'refused' and redis.call('HGET', kind.hash, field) or nil
  end
  if value <= -EXACT or value >= EXACT then
    value = redis.call('HGET', kind.hash, field)
  end
  return value
end

-- The outcomes of so many changes, and whether all are refused.
local function each(count)
  local outcomes, refused = {}, 0
  local first = next_arg
  next_arg = first + 3 * count
  for i = 1, count do
    local kind = kinds[ARGV[first + 1]]
    local value, refusal, stands = kind.change(kind, ARGV[first + 2], ARGV[first + 3])
    if refusal then
      refused = refused + 1
      value = stands and refusal .. ' ' .. stands or refusal
    end
    outcomes[i] = value
    first = first + 3
  end
  return outcomes, count > 0 and refused == count
end

-- Other kinds of changes, and the mode of all or none. A script makes its functions anew whenever it runs, so plain increments
-- do without these.
local function others()
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

  local function is_number(text)
    if #text < #MOST then
      return text == '0' or string.find(text, '^-?[1-9]%d*$')
    end
    return string.find(text, '^-?[1-9]%d*$') and not less(text, LEAST) and not less(MOST, text)
  end

  local function is_document(text)
    local version = string.match(text, '^([1-9]%d*) ')
    return version and #version <= VERSION_DIGITS_MAX
  end

  -- What is in a row's place, false when nothing is, and whether that is not of its book.
  local function look(kind, field)
    if kind.wrong then
      return false, true
    end
    local before, wrong = try('HGET', kind.hash, field)
    return before, wrong or before and not (kind.documents and is_document or is_number)(before)
  end

  -- The number or the document's version, 0 when nothing is there.
  local function standing(kind, before)
    return before and kind.documents and string.match(before, '^%d+') or before or '0'
  end

  local function list(kind, field)
    local listed = kind.listed
    if listed.ids then
      redis.call('ZADD', listed.ids, 0, field)
    end
    if not listed.noted then
      redis.call('ZADD', listed.sections, 0, listed.section)
      listed.noted = true
    end
  end

  local function unlist(kind, field)
    local listed = kind.listed
    if listed.ids then
      redis.call('ZREM', listed.ids, field)
    end
    if listed.noted and redis.call('EXISTS', kind.hash) == 0 then
      redis.call('ZREM', listed.sections, listed.section)
      listed.noted = false
    end
  end

  local function put_back(kind, field, before)
    if before then
      redis.call('HSET', kind.hash, field, before)
    else
      redis.call('HDEL', kind.hash, field)
    end
  end

  -- Kinds of changes. Each takes what look() gave where that is known, and gives what increment() does.

  local function add(kind, field, delta, before)
    if kind.lowest and before == nil then
      local wrong
      before, wrong = look(kind, field)
      if wrong then
        return nil, 'wrongtype'
      end
    end
    local value, refusal, stands = increment(kind, field, delta)
    if refusal then
      return nil, refusal, stands
    end
    if kind.lowest then
      local after = type(value) == 'string' and value or string.format('%.0f', value)
      if less(after, kind.lowest) or less(kind.highest, after) then
        put_back(kind, field, before)
        return nil, 'refused', before or '0'
      end
    end
    if kind.listed then
      list(kind, field)
    end
    return value
  end

  -- The version that stands; or nil, the refusal and what stands. And what look() gave.
  local function expected(kind, field, before)
    local wrong
    if before == nil then
      before, wrong = look(kind, field)
    end
    if wrong then
      return nil, 'wrongtype', nil, before
    end
    local version = standing(kind, before)
    if kind.version ~= '-1' and kind.version ~= version then
      return nil, 'version', version, before
    end
    return version, nil, nil, before
  end

  local function put(kind, field, document, before)
    local version, refusal, stands
    version, refusal, stands, before = expected(kind, field, before)
    if refusal then
      return nil, refusal, stands
    end
    local next_version = tonumber(version) + 1
    redis.call('HSET', kind.hash, field, string.format('%.0f ', next_version) .. document)
    if not before then
      list(kind, field)
    end
    return next_version
  end

  local function delete(kind, field, _, before)
    if kind.version ~= '-1' then
      local _, refusal, stands = expected(kind, field, before)
      if refusal then
        return nil, refusal, stands
      end
    end
    local _, wrong = try('HDEL', kind.hash, field)
    if wrong then
      return nil, 'wrongtype'
    end
    if kind.listed then
      unlist(kind, field)
    end
    return 0
  end

  local function echo(_, _, delta)
    return delta
  end

  local function wrong()
    return nil, 'wrongtype'
  end

  -- By a hash's index in KEYS. Whether a row can be listed is found out before anything is written.
  local listings = {}
  local function listing(hash, sections, ids)
    local section = string.sub(hash, #sections + 2)
    local score = redis.pcall('ZSCORE', sections, section)
    return {
      sections = sections, section = section, ids = ids, noted = score,
      wrong = type(score) == 'table' or ids and type(redis.pcall('ZCARD', ids)) == 'table'
    }
  end

  local changes = {free = add, bounded = add, put = put, delete = delete, echo = echo}
  local function kind(hash, what, first, second)
    local key = KEYS[tonumber(hash)]
    if what == 'listed' then
      listings[hash] = listing(key, KEYS[tonumber(first)], KEYS[tonumber(second)])
      return nil
    end
    local listed = listings[hash]
    local bounded = what == 'bounded'
    return {
      hash = key, listed = listed, documents = listed and listed.ids, wrong = listed and listed.wrong,
      lowest = bounded and first or nil, highest = bounded and second or nil, version = first,
      change = listed and listed.wrong and wrong or changes[what]
    }
  end

  local function undo(done)
    for i = #done, 1, -1 do
      local kind, field, before = done[i][1], done[i][2], done[i][3]
      put_back(kind, field, before)
      if kind.listed then
        (before and list or unlist)(kind, field)
      end
    end
  end

  -- Every outcome tells what stands.
  local function undone(count, first, failed, failure)
    local outcomes = {}
    for i = 1, count do
      local kind, field = kinds[ARGV[first + 1]], ARGV[first + 2]
      local before, wrong = look(kind, field)
      if wrong or i == failed and failure == 'wrongtype' then
        outcomes[i] = 'wrongtype'
      else
        outcomes[i] = (i == failed and failure or 'undone') .. ' ' .. standing(kind, before)
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
      local kind, field = kinds[ARGV[at + 1]], ARGV[at + 2]
      local before, wrong = look(kind, field)
      local value, refusal
      if wrong then
        refusal = 'wrongtype'
      else
        value, refusal = kind.change(kind, field, ARGV[at + 3], before)
      end
      if refusal then
        undo(done)
        if facts then
          facts.undo()
        end
        return undone(count, first, i, refusal)
      end
      done[i] = {kind, field, before}
      outcomes[i] = value
      at = at + 3
    end
    return outcomes, false
  end

  return {kind = kind, less = less, look = look, all = all, is_number = is_number}
end

local made
local function other()
  made = made or others()
  return made
end

-- Modes in which an add takes as much of its delta as its bounds allow. Each gives what each() does.
local function fits()
  local less, look = other().less, other().look

  local function halves(decimal)
    if string.sub(decimal, 1, 1) == '-' then
      local high, low = halves(string.sub(decimal, 2))
      return -high, -low
    end
    return tonumber(string.sub(decimal, 1, -HALF_DIGITS - 1)) or 0, tonumber(string.sub(decimal, -HALF_DIGITS))
  end

  -- Of decimal integers of 64 bits: a + b where the sign is 1, a - b where it is -1.
  local function sum(a, b, sign)
    local a_high, a_low = halves(a)
    local b_high, b_low = halves(b)
    local high, low, minus = a_high + sign * b_high, a_low + sign * b_low, ''
    local carry = math.floor(low / HALF)
    high, low = high + carry, low - carry * HALF
    if high < 0 then
      minus, high, low = '-', 0 - high, 0 - low -- the negation of 0 is another zero
      if low < 0 then
        high, low = high - 1, low + HALF
      end
    end
    if high > 0 then
      return string.format('%s%.0f%09.0f', minus, high, low)
    end
    return string.format('%s%.0f', minus, low)
  end

  local function admits(kind, before, delta)
    local after = sum(before, delta, 1)
    return not less(after, kind.lowest or LEAST) and not less(kind.highest or MOST, after)
  end

  -- Which of two with the same sign is nearer to 0.
  local function nearer(a, b)
    if string.sub(a, 1, 1) == '-' then
      return less(a, b) and b or a
    end
    return less(a, b) and a or b
  end

  -- As much of a delta as a number takes, '0' for a guard that holds; nil when it takes nothing.
  local function fitting(kind, before, delta)
    local falls = string.sub(delta, 1, 1) == '-'
    local room = sum(falls and (kind.lowest or LEAST) or kind.highest or MOST, before, -1)
    if delta ~= '0' then
      if room == '0' or falls ~= (string.sub(room, 1, 1) == '-') then
        return nil
      end
      delta = nearer(delta, room)
    end
    return admits(kind, before, delta) and delta or nil
  end

  local function took(outcome, part)
    return (type(outcome) == 'string' and outcome or string.format('%.0f', outcome)) .. ' took ' .. part
  end

  local function fit_each(count)
    local outcomes, refused = {}, 0
    local first = next_arg
    next_arg = first + 3 * count
    for i = 1, count do
      local kind, field = kinds[ARGV[first + 1]], ARGV[first + 2]
      local before, wrong = look(kind, field)
      local part = not wrong and fitting(kind, before or '0', ARGV[first + 3])
      if part then
        outcomes[i] = took(kind.change(kind, field, part, before), part)
      else
        refused = refused + 1
        outcomes[i] = took(wrong and 'wrongtype' or 'refused ' .. (before or '0'), '0')
      end
      first = first + 3
    end
    return outcomes, count > 0 and refused == count
  end

  -- Its rows are all different, so what fits is known of all before the first one changes.
  local function fit_all(count)
    local outcomes, befores, part, possible = {}, {}, nil, true
    local first = next_arg
    next_arg = first + 3 * count
    for i = 1, count do
      local kind, field, delta = kinds[ARGV[first + 3 * i - 2]], ARGV[first + 3 * i - 1], ARGV[first + 3 * i]
      local before, wrong = look(kind, field)
      local own = not wrong and fitting(kind, before or '0', delta)
      befores[i] = before
      possible = possible and own
      part = own and part and nearer(part, own) or own or part
      outcomes[i] = took(wrong and 'wrongtype' or (own and 'undone ' or 'refused ') .. (before or '0'), '0')
    end
    for i = 1, count do
      possible = possible and admits(kinds[ARGV[first + 3 * i - 2]], befores[i] or '0', part)
    end
    if not possible then
      return outcomes, true
    end
    for i = 1, count do
      local kind, field = kinds[ARGV[first + 3 * i - 2]], ARGV[first + 3 * i - 1]
      outcomes[i] = took(kind.change(kind, field, part, befores[i]), part)
    end
    return outcomes, false
  end

  return {fit_each = fit_each, fit_all = fit_all}
end

local fit
local function changes(mode)
  local apply = each
  if mode == 'all' then
    apply = other().all
  elseif mode ~= 'each' then
    fit = fit or fits()
    apply = fit[mode]
  end
  return apply(tonumber(arg()))
end

for i = 1, tonumber(arg()) do
  local hash, what, first, second = arg(), arg(), arg(), arg()
  if what == 'free' and not made then
    kinds[tostring(i)] = {hash = KEYS[tonumber(hash)], change = increment}
  else
    kinds[tostring(i)] = other().kind(hash, what, first, second)
  end
  local names = facts and facts.hashes[hash]
  if names and kinds[tostring(i)] then
    facts.noting(kinds[tostring(i)], what, names, made and made.is_number)
  end
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
      outcomes[i] = (mode == 'fit_each' or mode == 'fit_all') and 'wrongtype took 0' or 'wrongtype'
    end
    return {instant, outcomes, 0, ''}
  elseif known and age_at - known[2] < (known[5] or LIFE_OF_0_1_0) then
    local count = tonumber(arg())
    next_arg = next_arg + 3 * count
    return known[1] == fingerprint and {known[2], known[3], 1, known[4] or ''} or 'reused'
  end
  if facts then
    facts.begin(memo)
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
    local memo = sort == 'noted' and arg() or ''
    if facts then
      facts.begin(memo)
    end
    results[posting] = changes(mode)
  end
end
if facts then
  facts.store()
end
local reply = {2, results}
redis.call('SET', KEYS[1], ARGV[1] .. cmsgpack.pack(reply, ARGV[4]), 'PX', ARGV[2])
return reply

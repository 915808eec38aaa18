-- Decides a request for rate limits, or renews or releases a lease. All keys are in one slot.
--
-- KEYS  one for each state, once; behind that of 'concurrency' the one of its named leases
-- ARGV  what to do; the time in microseconds since the epoch, or '' for the server's own; how much longer than its state says
--       a key is kept (ms)
--       take: 'all' or 'each', whether it is forced (1 or 0), the name under which permits are taken or '', and claims: kind,
--       index of its key, hits, how many must fit, whether it is enforced (1 or 0), group, requests, window in microseconds,
--       and by kind: 'calendar' the ends of the previous, this and the next period in microseconds, 'bucket' capacity, weight,
--       rate and the tick in microseconds, 'sliding' the tick; the others ('fixed', 'log', 'concurrency') nothing more
--       renew, release: the name of the lease, and for each pair of keys the permits that it holds there
--
-- Answers to take {time, end of the lease or -1, and for each claim: 1 if it fits, plus 2 if it counts; used; at; extra}, to
-- renew {end or -1}, to release a list of one number. Errors: FULL when a key has as many leases as it may, CLOCK when the
-- server's time is more than a period ahead of the caller's.
--
-- The rules are those of Round, Cell and Transition in the module ratelimit, which say what they are and why; names are the
-- same. Numbers are doubles, exact up to 2^53; what may be larger is compared with less, or cut off there.
--
-- States. A string: 'used at requests' (fixed, calendar), 'used at requests extra tick' (sliding), 'used at requests capacity
-- weight rate tick' (bucket): the state and the limit that it was counted by. A list is a sorted set: the score of an entry is
-- its time, and its member the sum of all counts up to it, so that a sum is a difference. The head, of score -1, is the sum
-- before the first entry, requests, window and permits of named leases. Those are a sorted set of 'name:permits' by end.
--
-- A script is not rolled back: what may be refused (a key of another type, no memory, a replica) is refused before or at the
-- first write. A state is written only when hits count, or when it was pulled back.

local EXACT = 9007199254740992
local LEASES_MAX = 100000
local HEAD = -1

local kept_longer = tonumber(ARGV[3])
local micros = tonumber(ARGV[2])
if not micros then
  local time = redis.call('TIME')
  micros = time[1] * 1000000 + time[2]
end

-- One claim of a fixed window alone is what most requests are. It is decided here as make.fixed() and what is below it would,
-- without making all of that first, which takes twice as long as the decision.
if ARGV[7] == 'fixed' and #ARGV == 14 and ARGV[1] == 'take' then
  local hits, wanted = tonumber(ARGV[9]), tonumber(ARGV[10])
  local requests, window = tonumber(ARGV[13]), tonumber(ARGV[14])
  local period_end = micros - math.fmod(micros, window) + window
  local used, at, is_changed = 0, period_end, false
  local value = redis.call('GET', KEYS[1])
  if value then
    local former
    used, at, former = string.match(value, '^(%d+) (%d+) (%d+)$')
    used, at, former = tonumber(used), tonumber(at), tonumber(former)
    if used > 0 and at > micros and at > period_end + window then
      used, at, is_changed = math.max(used, former), period_end, true
    elseif at <= micros or used == 0 then
      used, at = 0, period_end
    end
  end
  local fits = hits < 0 or wanted <= requests - used
  local passes = fits or ARGV[5] == '1'
  local counts = hits ~= 0 and (ARGV[4] == 'each' or passes)
  if counts then
    used = math.max(0, math.min(used + hits, EXACT))
  end
  if (counts or is_changed) and used == 0 then
    redis.call('DEL', KEYS[1])
  elseif counts or is_changed then
    redis.call('SET', KEYS[1], string.format('%.0f %.0f %.0f', used, at, requests), 'PX',
      string.format('%.0f', math.max(1, math.ceil((at - micros) / 1000) + kept_longer)))
  end
  return {micros, -1, (fits and 1 or 0) + (counts and 2 or 0), used, at, 0}
end

local next_arg = 3
local function arg()
  next_arg = next_arg + 1
  return ARGV[next_arg]
end

local function number()
  return tonumber(arg())
end

local function text(integer)
  return string.format('%.0f', integer)
end

-- Of an integer that is not negative; a quotient of doubles would not be exact.
local function floor_div(dividend, divisor)
  return (dividend - math.fmod(dividend, divisor)) / divisor
end

local function ceil_div(dividend, divisor)
  return floor_div(dividend, divisor) + (math.fmod(dividend, divisor) > 0 and 1 or 0)
end

local function ticks(limit)
  return floor_div(micros, limit.tick)
end

-- The first tick of another limit that is not before a time.
local function converted(at, from, to)
  return from.tick >= to.tick and at * (from.tick / to.tick) or ceil_div(at, to.tick / from.tick)
end

-- States.

local function refresh_by(limit, cell)
  if cell.rule.far_ahead(limit, cell) then
    cell.rule.pull_back(limit, cell)
    cell.changed = true
  end
  cell.rule.refresh(limit, cell)
end

local function is_same(limit, other)
  return limit == other
    or (limit.requests == other.requests and limit.capacity == other.capacity and limit.tick == other.tick)
end

local function become(limit, cell)
  if cell.limit and cell.rule.convert and not is_same(cell.limit, limit) then
    cell.rule.convert(cell.limit, limit, cell)
  end
  cell.limit = limit
end

local function refresh(limit, cell)
  if cell.limit and not is_same(cell.limit, limit) then
    refresh_by(cell.limit, cell)
  end
  become(limit, cell)
  refresh_by(limit, cell)
end

-- How long a key is kept, in milliseconds.
local function life(cell)
  local left = (cell.rule.reset_at(cell.limit, cell) - cell.limit.now) * cell.limit.tick
  return text(math.max(1, math.ceil(left / 1000) + kept_longer))
end

-- What is in a string, and how it is brought from there and back.
local function load_string(cell, limit)
  local value = redis.call('GET', cell.key)
  if value then
    cell.limit = cell.rule.parse_state(value, cell, limit)
  end
end

local function store_string(cell)
  if cell.rule.is_blank(cell) then
    redis.call('DEL', cell.key)
  else
    redis.call('SET', cell.key, cell.rule.state(cell.limit, cell), 'PX', life(cell))
  end
end

-- Rules, of which a run makes those that it needs. Each has the methods of its Transition; the time is limit.now.

local make = {}

function make.fixed()
  local rule = {load = load_string, store = store_string}

  function rule.parse(limit)
    limit.period_end = limit.now - math.fmod(limit.now, limit.window) + limit.window
    limit.next_end = limit.period_end + limit.window
  end

  function rule.parse_state(value, cell, limit)
    local used, at, requests = string.match(value, '^(%d+) (%d+) (%d+)$')
    cell.used, cell.at = tonumber(used), tonumber(at)
    return {requests = tonumber(requests), tick = 1, now = limit.now, period_end = limit.period_end,
      next_end = limit.next_end}
  end

  function rule.far_ahead(limit, cell)
    return cell.used > 0 and cell.at > limit.now and cell.at > limit.next_end
  end

  function rule.pull_back(limit, cell)
    cell.used = math.max(cell.used, limit.requests)
    cell.at = limit.period_end
  end

  function rule.refresh(limit, cell)
    if cell.at <= limit.now or cell.used == 0 then
      cell.used = 0
      cell.at = limit.period_end
    end
  end

  function rule.admits(limit, cell, hits)
    return hits <= limit.requests - cell.used
  end

  function rule.add(_, cell, hits)
    cell.used = math.min(cell.used + hits, EXACT)
  end

  function rule.give_back(_, cell, hits)
    cell.used = math.max(0, cell.used - hits)
  end

  function rule.is_blank(cell)
    return cell.used == 0
  end

  function rule.state(limit, cell)
    return text(cell.used) .. ' ' .. text(cell.at) .. ' ' .. text(limit.requests)
  end

  function rule.reset_at(_, cell)
    return cell.at
  end

  return rule
end

-- The caller's clock and the server's may be a period apart.
function make.calendar()
  local rule = make.fixed()

  function rule.parse(limit)
    local previous_end, period_end, next_end = number(), number(), number()
    if limit.now < previous_end then
      limit.period_end, limit.next_end = previous_end, period_end
    elseif limit.now < period_end then
      limit.period_end, limit.next_end = period_end, next_end
    else
      limit.period_end, limit.next_end = next_end, next_end
      limit.clocks_differ = limit.now >= next_end
    end
  end

  return rule
end

function make.bucket()
  local rule = {load = load_string, store = store_string}

  function rule.parse(limit)
    limit.capacity, limit.weight, limit.rate, limit.tick = number(), number(), number(), number()
    limit.window, limit.now = limit.window / limit.tick, ticks(limit)
    limit.burst = limit.requests == 0 and 0 or limit.capacity / limit.weight
  end

  function rule.parse_state(value, cell, limit)
    local used, at, requests, capacity, weight, rate, tick =
      string.match(value, '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
    cell.used, cell.at = tonumber(used), tonumber(at)
    local former = {requests = tonumber(requests), capacity = tonumber(capacity), weight = tonumber(weight),
      rate = tonumber(rate), tick = tonumber(tick)}
    former.window, former.now = limit.window * limit.tick / former.tick, ticks(former)
    return former
  end

  function rule.far_ahead(limit, cell)
    return cell.used > 0 and cell.at - limit.now > limit.window
  end

  function rule.pull_back(limit, cell)
    cell.used = math.max(cell.used, limit.capacity)
    cell.at = limit.now
  end

  function rule.refresh(limit, cell)
    local elapsed = limit.now - cell.at
    if cell.used == 0 then
      cell.at = limit.now
    elseif elapsed > 0 then
      cell.used = math.max(0, cell.used - elapsed * limit.rate)
      cell.at = limit.now
    end
  end

  function rule.admits(limit, cell, hits)
    return hits <= limit.burst and cell.used <= limit.capacity - hits * limit.weight
  end

  function rule.add(limit, cell, hits)
    cell.used = math.min(cell.used + hits * limit.weight, EXACT)
  end

  function rule.give_back(limit, cell, hits)
    cell.used = math.max(0, cell.used - hits * limit.weight)
  end

  function rule.is_blank(cell)
    return cell.used == 0
  end

  function rule.convert(from, to, cell)
    cell.used = math.min(ceil_div(cell.used, from.weight) * to.weight, EXACT)
    cell.at = converted(cell.at, from, to)
  end

  function rule.state(limit, cell)
    return table.concat({text(cell.used), text(cell.at), text(limit.requests), text(limit.capacity),
      text(limit.weight), text(limit.rate), text(limit.tick)}, ' ')
  end

  function rule.reset_at(limit, cell)
    return cell.at + ceil_div(cell.used, limit.rate)
  end

  return rule
end

function make.sliding()
  local rule = {load = load_string, store = store_string}

  function rule.parse(limit)
    limit.tick = number()
    limit.window, limit.now = limit.window / limit.tick, ticks(limit)
  end

  function rule.parse_state(value, cell, limit)
    local used, at, requests, extra, tick = string.match(value, '^(%d+) (%d+) (%d+) (%d+) (%d+)$')
    cell.used, cell.at, cell.extra = tonumber(used), tonumber(at), tonumber(extra)
    local former = {requests = tonumber(requests), tick = tonumber(tick)}
    former.window, former.now = limit.window * limit.tick / former.tick, ticks(former)
    return former
  end

  function rule.is_blank(cell)
    return cell.used == 0 and cell.extra == 0
  end

  function rule.far_ahead(limit, cell)
    return not rule.is_blank(cell) and cell.at - limit.now > limit.window
  end

  local function start(limit)
    return limit.now - math.fmod(limit.now, limit.window)
  end

  function rule.pull_back(limit, cell)
    cell.extra = 0
    cell.used = math.max(cell.used, limit.requests)
    cell.at = start(limit)
  end

  function rule.refresh(limit, cell)
    local elapsed = limit.now - cell.at
    if elapsed >= limit.window or rule.is_blank(cell) then
      cell.extra = elapsed < 2 * limit.window and cell.used or 0
      cell.used = 0
      cell.at = start(limit)
    end
  end

  function rule.admits(limit, cell, hits)
    local left = limit.requests - cell.used - hits
    local within = limit.window - math.max(0, limit.now - cell.at)
    return left >= 0 and cell.extra * within <= left * limit.window
  end

  function rule.add(_, cell, hits)
    cell.used = math.min(cell.used + hits, EXACT)
  end

  function rule.give_back(_, cell, hits)
    local current = math.min(cell.used, hits)
    cell.used = cell.used - current
    cell.extra = math.max(0, cell.extra - (hits - current))
  end

  function rule.convert(from, to, cell)
    cell.at = converted(cell.at, from, to)
  end

  function rule.state(limit, cell)
    return table.concat({text(cell.used), text(cell.at), text(limit.requests), text(cell.extra), text(limit.tick)}, ' ')
  end

  function rule.reset_at(limit, cell)
    return cell.at + (cell.used > 0 and 2 or 1) * limit.window
  end

  return rule
end

-- Lists, and all that needs them. A script makes its functions anew whenever it runs, so what counts without lists does
-- without these.
local function lists()
  local kinds = {}

  -- Counts by time.

  local function open_list(key)
    local list = {key = key, base = 0, top = 0, size = 0, held = 0}
    local head = redis.call('ZRANGE', key, 0, 0)[1]
    if head then
      local base, requests, window, held = string.match(head, '^(%d+) (%d+) (%d+) (%d+)$')
      list.base, list.held = tonumber(base), tonumber(held)
      list.requests, list.window = tonumber(requests), tonumber(window)
      list.has_head = true
      list.top = list.base
      list.size = redis.call('ZCARD', key) - 1
      if list.size > 0 then
        local last = redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')
        list.top, list.newest = tonumber(last[1]), tonumber(last[2])
      end
    end
    return list
  end

  local function total(list)
    return list.top - list.base
  end

  local function empty(list)
    redis.call('ZREMRANGEBYSCORE', list.key, 0, '+inf')
    list.base, list.top, list.size, list.newest = 0, 0, 0, nil
  end

  -- Sums begin anew at 0, before they pass what is exact.
  local function rebase(list)
    local entries = redis.call('ZRANGE', list.key, 1, -1, 'WITHSCORES')
    redis.call('ZREMRANGEBYSCORE', list.key, 0, '+inf')
    for i = 1, #entries, 2 do
      redis.call('ZADD', list.key, entries[i + 1], text(tonumber(entries[i]) - list.base))
    end
    list.base, list.top = 0, total(list)
  end

  local function append(list, time, count, entries_max)
    local added = math.min(count, EXACT - total(list))
    if added > EXACT - list.top then
      rebase(list)
    end
    if not list.has_head then
      redis.call('ZADD', list.key, HEAD, 'head')
      list.has_head = true
    end
    if list.newest and (added == 0 or list.size >= entries_max or list.newest >= time) then
      redis.call('ZREM', list.key, text(list.top))
      list.newest = math.max(list.newest, time)
    else
      list.newest = time
      list.size = list.size + 1
    end
    list.top = list.top + added
    redis.call('ZADD', list.key, text(list.newest), text(list.top))
  end

  -- The sum of all counts up to a time.
  local function sum_through(list, time)
    local last = list.size > 0 and redis.call('ZREVRANGEBYSCORE', list.key, text(time), 0, 'LIMIT', 0, 1)[1]
    return last and tonumber(last) or list.base
  end

  local function drop_through(list, time)
    local gone = sum_through(list, time)
    if gone > list.base then
      list.size = list.size - redis.call('ZREMRANGEBYSCORE', list.key, 0, text(time))
      list.base = gone
      if list.size == 0 then
        list.newest = nil
      end
    end
  end

  -- The place, from 1, and the time of the first entry up to which there is at least this sum.
  local function reaching(list, sum)
    local low, high = 1, list.size
    while low < high do
      local middle = math.floor((low + high) / 2)
      if tonumber(redis.call('ZRANGE', list.key, middle, middle)[1]) >= sum then
        high = middle
      else
        low = middle + 1
      end
    end
    return low, tonumber(redis.call('ZRANGE', list.key, low, low, 'WITHSCORES')[2])
  end

  local function remove_oldest(list, count)
    if count >= total(list) then
      empty(list)
    else
      local place = reaching(list, list.base + count + 1)
      if place > 1 then
        list.size = list.size - redis.call('ZREMRANGEBYRANK', list.key, 1, place - 1)
      end
      list.base = list.base + count
    end
  end

  local function move_to(list, time)
    local all = total(list)
    empty(list)
    if all > 0 then
      append(list, time, all, 1)
    end
  end

  -- Named leases: cell.named is their key, cell.list.held their permits, cell.named_last the last end.

  local function permits_of(member)
    return tonumber(string.match(member, '%d+$'))
  end

  local function find_named_last(cell)
    cell.named_last = tonumber(redis.call('ZREVRANGE', cell.named, 0, 0, 'WITHSCORES')[2])
  end

  local function named_through(cell, time)
    local sum = 0
    if cell.list.held > 0 then
      for _, member in ipairs(redis.call('ZRANGEBYSCORE', cell.named, '-inf', text(time))) do
        sum = sum + permits_of(member)
      end
    end
    return sum
  end

  local function permits(cell)
    return total(cell.list) + cell.list.held
  end

  local function last_end(cell)
    local list, named = cell.list.newest, cell.named_last
    return list and named and math.max(list, named) or list or named
  end

  local function drop_leases_through(cell, time)
    drop_through(cell.list, time)
    local gone = named_through(cell, time)
    if gone > 0 then
      redis.call('ZREMRANGEBYSCORE', cell.named, '-inf', text(time))
      cell.list.held = cell.list.held - gone
      if cell.list.held == 0 then
        cell.named_last = nil
      end
    end
  end

  -- Has a lease hold permits until a time, but not to before those that are there. Answers when it ends.
  local function hold(cell, name, held, time)
    if cell.has_strays then
      redis.call('DEL', cell.named)
      cell.has_strays = false
    end
    cell.named_last = math.max(time, cell.named_last or 0)
    redis.call('ZADD', cell.named, text(cell.named_last), name .. ':' .. text(held))
    cell.list.held = cell.list.held + held
    return cell.named_last
  end

  -- Whether a lease held so many permits, and no more does.
  local function let_go(cell, name, held)
    if redis.call('ZREM', cell.named, name .. ':' .. text(held)) == 0 then
      return false
    end
    cell.list.held = cell.list.held - held
    find_named_last(cell)
    return true
  end

  -- The time by which so many permits are free, if each lease ends at its own.
  local function time_of(cell, wanted)
    local list = cell.list
    local function unnamed(count)
      if count > total(list) then
        return math.huge
      end
      local _, time = reaching(list, list.base + count)
      return time
    end
    local best, free, place = unnamed(wanted), 0, 0
    while true do
      local next = list.held > 0 and redis.call('ZRANGE', cell.named, place, place, 'WITHSCORES') or {}
      local time = tonumber(next[2])
      if not time or time >= best then
        return best
      end
      place = place + 1
      free = free + permits_of(next[1])
      if free >= wanted then
        return time
      end
      best = math.min(best, math.max(time, unnamed(wanted - free)))
    end
  end

  local function load_list(cell)
    cell.list = open_list(cell.key)
    if cell.named then
      find_named_last(cell)
      -- A server may have dropped one key of the two to make room. What is left of the other counts no more.
      if cell.list.held == 0 then
        cell.has_strays = cell.named_last ~= nil
        cell.named_last = nil
      elseif not cell.named_last then
        cell.list.held = 0
      end
    end
    if cell.list.has_head then
      cell.limit = {requests = cell.list.requests, window = cell.list.window, tick = 1, now = micros}
    end
  end

  local function store_list(cell)
    local list = cell.list
    if not list.newest and list.held == 0 then
      redis.call('DEL', cell.key)
      return
    end
    redis.call('ZREMRANGEBYSCORE', cell.key, HEAD, HEAD)
    redis.call('ZADD', cell.key, HEAD, table.concat({text(list.base), text(cell.limit.requests), text(cell.limit.window),
      text(list.held)}, ' '))
    redis.call('PEXPIRE', cell.key, life(cell))
    if list.held > 0 then
      redis.call('PEXPIRE', cell.named, life(cell))
    end
  end

  -- What the lists have in common.
  local function listed()
    local rule = {load = load_list, store = store_list}

    function rule.parse() end

    function rule.admits(limit, cell, hits)
      return hits <= limit.requests - cell.used
    end

    -- As cell.used, cell.at and cell.extra: what is told of the claim.
    function rule.report(limit, cell, tested)
      cell.at, cell.extra = 0, 0
      if cell.used > 0 then
        cell.at = last_end(cell)
        local too_many = cell.used + tested - limit.requests
        if too_many > 0 and tested <= limit.requests then
          cell.extra = rule.time_of(limit, cell, permits(cell) - cell.used + too_many)
        end
      end
    end

    return rule
  end

  function kinds.log()
    local rule = listed()

    local function gone(limit, list)
      return math.max(limit.now, list.newest or limit.now) - limit.window
    end

    function rule.far_ahead(limit, cell)
      return cell.list.newest and cell.list.newest - limit.now > limit.window
    end

    function rule.pull_back(limit, cell)
      local list = cell.list
      append(list, list.newest, math.max(0, limit.requests - total(list)), limit.requests)
      move_to(list, limit.now)
    end

    function rule.refresh(limit, cell)
      cell.used = cell.list.top - sum_through(cell.list, gone(limit, cell.list))
    end

    function rule.add(limit, cell, hits)
      drop_through(cell.list, gone(limit, cell.list))
      append(cell.list, limit.now, hits, limit.requests)
      cell.used = total(cell.list)
    end

    function rule.give_back(limit, cell, hits)
      drop_through(cell.list, gone(limit, cell.list))
      remove_oldest(cell.list, hits)
      cell.used = total(cell.list)
    end

    function rule.time_of(limit, cell, count)
      local _, time = reaching(cell.list, cell.list.base + count)
      return time + limit.window
    end

    function rule.reset_at(limit, cell)
      return cell.list.newest + limit.window
    end

    return rule
  end

  function kinds.concurrency()
    local rule = listed()

    function rule.far_ahead(limit, cell)
      local last = last_end(cell)
      return last and last - limit.now > 2 * limit.window
    end

    function rule.pull_back(limit, cell)
      local ends = limit.now + limit.window
      move_to(cell.list, ends)
      for _, member in ipairs(redis.call('ZRANGE', cell.named, 0, -1)) do
        redis.call('ZADD', cell.named, text(ends), member)
        cell.named_last = ends
      end
      local left = limit.requests - permits(cell)
      if left > 0 then
        append(cell.list, ends, left, math.huge)
      end
    end

    function rule.refresh(limit, cell)
      cell.used = cell.list.top - sum_through(cell.list, limit.now) + cell.list.held - named_through(cell, limit.now)
    end

    function rule.add(limit, cell, hits, lease)
      drop_leases_through(cell, limit.now)
      if lease == '' then
        append(cell.list, limit.now + limit.window, hits, math.huge)
      else
        local own = cell.own or 0
        if own > 0 then
          let_go(cell, lease, own)
        end
        cell.own = own + hits
        cell.own_end = hold(cell, lease, cell.own, limit.now + limit.window)
      end
      cell.used = permits(cell)
    end

    function rule.give_back(limit, cell, hits)
      drop_leases_through(cell, limit.now)
      remove_oldest(cell.list, hits)
      cell.used = permits(cell)
    end

    function rule.time_of(_, cell, count)
      return time_of(cell, count)
    end

    function rule.reset_at(_, cell)
      return last_end(cell)
    end

    -- Whether it holds as many leases as it may, with those to come.
    function rule.is_full(limit, cell, coming)
      local leases = cell.list.size + redis.call('ZCARD', cell.named)
      if leases + coming <= LEASES_MAX then
        return false
      end
      local after = '(' .. text(limit.now)
      return redis.call('ZCOUNT', cell.list.key, after, '+inf') + redis.call('ZCOUNT', cell.named, after, '+inf')
        + coming > LEASES_MAX
    end

    return rule
  end

  -- The cells that a lease is to hold permits of and has, and those of them of which it has not ended. Whoever makes an id
  -- up may name the state of any limit, a log's too: nothing is read or changed but where the lease is.
  local function held_leases(name)
    local cells, held, rule = {}, {}, kinds.concurrency()
    for place = 1, #KEYS, 2 do
      local cell = {key = KEYS[place], named = KEYS[place + 1], rule = rule, used = 0, permits = number()}
      local function is_held()
        return redis.call('ZSCORE', cell.named, name .. ':' .. text(cell.permits))
      end
      if is_held() then
        load_list(cell)
        if cell.limit and not cell.has_strays then
          refresh_by(cell.limit, cell)
          drop_leases_through(cell, micros)
          cells[#cells + 1] = cell
          if is_held() then
            held[#held + 1] = cell
          end
        end
      end
    end
    return cells, held
  end

  local function with_lease(change)
    local name, first = arg(), -1
    local cells, held = held_leases(name)
    for _, cell in ipairs(held) do
      local ends = change(cell, name, #held == #KEYS / 2)
      first = first < 0 and ends or math.min(first, ends)
    end
    for _, cell in ipairs(cells) do
      store_list(cell)
    end
    return {first}
  end

  function kinds.release()
    return with_lease(function(cell, name)
      let_go(cell, name, cell.permits)
      return 0
    end)
  end

  function kinds.renew()
    return with_lease(function(cell, name, is_whole)
      if not is_whole then
        return -1
      end
      let_go(cell, name, cell.permits)
      return hold(cell, name, cell.permits, micros + cell.limit.window)
    end)
  end

  return kinds
end

local rules = {}
local function rule_of(kind)
  if not rules[kind] then
    rules[kind] = make[kind] and make[kind]() or lists()[kind]()
  end
  return rules[kind]
end

if ARGV[1] ~= 'take' then
  return lists()[ARGV[1]]()
end

-- A request.

local is_each, is_forced, lease = arg() == 'each', arg() == '1', arg()
local claims, cells = {}, {}

while next_arg < #ARGV do
  local kind, place = arg(), number()
  local rule = rule_of(kind)
  local claim = {kind = kind, hits = number(), tested = number(), enforced = arg() == '1', group = number()}
  local limit = {requests = number(), window = number(), tick = 1, now = micros}
  rule.parse(limit)
  if limit.clocks_differ then
    return redis.error_reply('CLOCK the server is more than a period ahead of the caller')
  end
  claim.limit = limit
  if not cells[place] then
    cells[place] = {key = KEYS[place], named = kind == 'concurrency' and KEYS[place + 1] or nil, rule = rule, used = 0,
      at = 0, extra = 0, pending = 0}
    rule.load(cells[place], limit)
  end
  claim.cell = cells[place]
  claims[#claims + 1] = claim
end

local function group_end(from)
  if not is_each then
    return #claims
  end
  local last = from
  while last < #claims and claims[last + 1].group == claims[from].group do
    last = last + 1
  end
  return last
end

local function test(from, last)
  local is_allowed = true
  for i = from, last do
    claims[i].cell.pending = 0
  end
  for i = from, last do
    local claim, cell = claims[i], claims[i].cell
    refresh(claim.limit, cell)
    claim.wanted = cell.pending + claim.tested
    claim.fits = claim.hits < 0 or cell.rule.admits(claim.limit, cell, claim.wanted)
    claim.passes = claim.fits or is_forced
    if claim.hits > 0 and claim.passes then
      cell.pending = cell.pending + claim.hits
    end
    is_allowed = is_allowed and (claim.passes or not claim.enforced)
  end
  local counts_on = is_each and last == from and (claims[from].kind == 'fixed' or claims[from].kind == 'calendar')
  for i = from, last do
    local claim = claims[i]
    claim.counts = claim.hits ~= 0 and (counts_on or (is_allowed and (claim.passes or claim.hits < 0)))
  end
end

local function is_full(from, last)
  for i = from, last do
    local claim = claims[i]
    if claim.counts and claim.hits > 0 and claim.cell.rule.is_full
      and claim.cell.rule.is_full(claim.limit, claim.cell, last - from + 1) then
      return true
    end
  end
  return false
end

local reply = {micros, -1}

local function apply(from, last)
  for i = from, last do
    local claim, cell = claims[i], claims[i].cell
    if claim.counts then
      become(claim.limit, cell)
      if claim.hits > 0 then
        cell.rule.add(claim.limit, cell, claim.hits, lease)
      else
        cell.rule.give_back(claim.limit, cell, -claim.hits)
      end
      cell.changed = true
      if cell.own_end and claim.hits > 0 then
        reply[2] = reply[2] < 0 and cell.own_end or math.min(reply[2], cell.own_end)
      end
    end
  end
  for i = from, last do
    local claim, cell = claims[i], claims[i].cell
    become(claim.limit, cell)
    if cell.rule.report then
      cell.rule.report(claim.limit, cell, claim.wanted)
    end
    local next = #reply
    reply[next + 1] = (claim.fits and 1 or 0) + (claim.counts and 2 or 0)
    reply[next + 2], reply[next + 3], reply[next + 4] = cell.used, cell.at, cell.extra
  end
end

local function store_changed()
  for _, cell in pairs(cells) do
    if cell.changed then
      cell.rule.store(cell)
    end
  end
end

local from = 1
while from <= #claims do
  local last = group_end(from)
  test(from, last)
  if is_full(from, last) then
    store_changed()
    return redis.error_reply('FULL a key has ' .. LEASES_MAX .. ' leases')
  end
  apply(from, last)
  from = last + 1
end
store_changed()
return reply

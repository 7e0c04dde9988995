import { PARTIAL } from '../../../log/kept-text.js';
import { MESSAGES, TEXTUAL } from '../record.js';
import { RedisScript } from './redis-script.js';

/** The share of `maxBytes` that a channel has in addition, for the text of removed records. */
const KEPT_SHARE = 4;

/** How many arguments come before the arguments of the items. */
const APPEND_HEADER = 4;

/**
 * Appends to several channels. It may be repeated: a batch that a writer has appended already is
 * recognized by its number.
 *
 * KEYS: hash, list, kept text, hash, list, kept text, …
 * ARGV: command to publish with, writer, most entries, most bytes; then for each channel:
 * batch, last batch of the writer that was acknowledged, epoch and fence of the claim or nothing,
 * epoch for a new life, fence to create it with or nothing, time to live, whether this
 * append starts that time anew, how many bytes the JSON of an entry has more than its record, number of attributes,
 * number of records, attributes, records.
 *
 * Answers for each channel: what became of it, epoch, head.
 */
export const APPEND = new RedisScript(`
local publish, writer, maxEntries, maxBytes = ARGV[1], 'w:' .. ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local IDLE, MANY = 600000, 32
local TEXTUAL = { ${TEXTUAL.map((start) => `'${start}\\31'`).join(', ')} }
local MESSAGES = '${MESSAGES}\\31'

local function forgetIdleWriters(meta)
  local fields = redis.call('HGETALL', meta)
  for at = 1, #fields, 2 do
    if string.sub(fields[at], 1, 2) == 'w:' and fields[at] ~= writer then
      local usedAt = string.match(fields[at + 1], '[^:]*$')
      if now - usedAt > IDLE then redis.call('HDEL', meta, fields[at]) end
    end
  end
end

-- The size of an entry as JSON, which the limit of bytes counts. See \`jsonOverhead\` of record.ts.
local function sizeOf(record, sequence, overhead)
  local node, targets, execution = string.match(record, '^[^\\31]*\\31([^\\31]*)\\31([^\\31]*)\\31([^\\31]*)\\31')
  local size = #record + overhead + #string.format('%.0f', sequence) - #targets
  if node ~= '' then size = size + #',"nodeId":' end
  if execution ~= '' then size = size + #',"executionId":' end
  return size
end

local function startsWith(record, start)
  return string.sub(record, 1, #start) == start
end

local function isText(record)
  for _, start in ipairs(TEXTUAL) do
    if startsWith(record, start) then return true end
  end
  return startsWith(record, MESSAGES) and string.find(record, '${PARTIAL}', 1, true) ~= nil
end

local function keep(meta, kept, records, ttl)
  if #records == 0 then return end
  local bytes = tonumber(redis.call('HGET', meta, 'k') or 0)
  for at = 1, #records, 1000 do
    redis.call('RPUSH', kept, unpack(records, at, math.min(at + 999, #records)))
  end
  for _, record in ipairs(records) do bytes = bytes + #record end
  while bytes > maxBytes / ${KEPT_SHARE} do
    local dropped = redis.call('LPOP', kept)
    bytes = dropped and bytes - #dropped or 0
  end
  redis.call('HSET', meta, 'k', bytes)
  redis.call('PEXPIRE', kept, ttl)
end

local function trim(meta, list, kept, head, length, bytes, overhead, ttl)
  local texts = {}
  local function drop(count)
    for at, dropped in ipairs(redis.call('LPOP', list, count)) do
      local sequence = head - length + at
      bytes = bytes - sizeOf(dropped, sequence, overhead)
      if isText(dropped) then
        texts[#texts + 1] = string.format('%.0f', sequence) .. '\\31' .. dropped
      end
    end
    length = length - count
  end
  if length > maxEntries then drop(length - maxEntries) end
  while bytes > maxBytes and length > 1 do drop(1) end
  keep(meta, kept, texts, ttl)
  return bytes
end

local function push(list, from, count)
  local length
  for at = from, from + count - 1, 1000 do
    length = redis.call('RPUSH', list, unpack(ARGV, at, math.min(at + 999, from + count - 1)))
  end
  return length
end

local function append(meta, list, kept, at)
  local batch, acknowledged = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local claimEpoch, claimFence = ARGV[at + 2], tonumber(ARGV[at + 3])
  local spare, create, ttl = ARGV[at + 4], ARGV[at + 5], ARGV[at + 6]
  local touch, overhead = ARGV[at + 7] == '1', tonumber(ARGV[at + 8])
  local attributes, count = tonumber(ARGV[at + 9]), tonumber(ARGV[at + 10])
  local epoch, head, bytes, ended, fence, last, gone =
    unpack(redis.call('HMGET', meta, 'e', 'h', 'b', 'x', 'f', writer, 't'))
  local isNew = not epoch
  if isNew then
    if create == '' or (gone and claimEpoch ~= '') then return { gone and 'deleted' or 'gone' } end
    redis.call('DEL', meta, list, kept)
    redis.call('HSET', meta, 'e', spare, 'h', 0, 'b', 0, 'o', now, 'f', create)
    redis.call(publish, meta, '1!' .. spare .. ' 0\\n')
    epoch, head, bytes, ended, fence, last = spare, 0, 0, false, create, false
  end
  head, fence = tonumber(head), tonumber(fence)
  local lastBatch, lastHead
  if last then lastBatch, lastHead = string.match(last, '^(%d+):(%d+)') end
  lastBatch = tonumber(lastBatch or 0)
  if lastBatch >= batch then return { 'ok', epoch, tonumber(lastHead) } end
  local isRolledBack = not isNew and acknowledged > lastBatch
  if claimEpoch ~= '' and not isNew then
    if claimEpoch ~= epoch or claimFence < fence then return { 'taken' } end
    if claimFence > fence then
      isRolledBack = true
      redis.call('HSET', meta, 'f', claimFence)
    end
  end
  if ended then return { 'ended' } end
  if isRolledBack then
    epoch = spare
    redis.call('HSET', meta, 'e', epoch)
    redis.call(publish, meta, '1!' .. epoch .. ' ' .. head .. '\\n')
  end
  local from = at + 11 + attributes * 2
  local first = head + 1
  if count > 0 then
    head = head + count
    bytes = tonumber(bytes)
    for one = 0, count - 1 do
      bytes = bytes + sizeOf(ARGV[from + one], first + one, overhead)
    end
    local length = push(list, from, count)
    if length == count then redis.call('PEXPIRE', list, ttl) end
    bytes = trim(meta, list, kept, head, length, bytes, overhead, ttl)
  end
  redis.call('HSET', meta, 'h', head, 'b', bytes, writer, batch .. ':' .. head .. ':' .. now)
  for one = at + 11, from - 1, 2 do redis.call('HSET', meta, ARGV[one], ARGV[one + 1]) end
  if isNew or touch then redis.call('PEXPIRE', meta, ttl) end
  if touch then
    redis.call('PEXPIRE', list, ttl)
    redis.call('PEXPIRE', kept, ttl)
  end
  if not last and redis.call('HLEN', meta) > MANY then forgetIdleWriters(meta) end
  if count > 0 then
    local records = table.concat(ARGV, '\\30', from, from + count - 1)
    redis.call(publish, meta, '1+' .. epoch .. ' ' .. first .. '\\n' .. records)
  end
  return { 'ok', epoch, head }
end

local answers, at = {}, ${APPEND_HEADER + 1}
for key = 1, #KEYS, 3 do
  answers[#answers + 1] = append(KEYS[key], KEYS[key + 1], KEYS[key + 2], at)
  at = at + 11 + ARGV[at + 9] * 2 + ARGV[at + 10]
end
return answers
`);

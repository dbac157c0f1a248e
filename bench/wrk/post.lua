-- POST of bodies taken in turn from a file, one a line. Each place of a body that reads {{id}} (or {{id64}}: the same in base64)
-- gets an id that no other request of this run has. Arguments: the file, a seed that no other run had.
local here = os.getenv("SOCLE_WRK")
dofile(here .. "/told.lua")

local bodies, seed, sent, turn = {}, 0, 0, 0
local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function split(line)
   local parts, kinds, from = {}, {}, 1
   while true do
      local first, last, kind = line:find("{{(id6?4?)}}", from)
      if not first then
         parts[#parts + 1] = line:sub(from)
         return { parts = parts, kinds = kinds }
      end
      parts[#parts + 1] = line:sub(from, first - 1)
      kinds[#kinds + 1] = kind
      from = last + 1
   end
end

local function base64(text)
   local out = {}
   for place = 1, #text, 3 do
      local a, b, c = text:byte(place, place + 2)
      local n = a * 65536 + b * 256 + c
      for shift = 18, 0, -6 do
         local index = math.floor(n / 2 ^ shift) % 64
         out[#out + 1] = letters:sub(index + 1, index + 1)
      end
   end
   return table.concat(out)
end

local function fresh(kind)
   sent = sent + 1
   local id = string.format("%08x-%04x-4000-8000-%012x", seed, number, sent)
   return kind == "id64" and base64(id) or id
end

function init(arguments)
   for line in io.lines(arguments[1]) do
      bodies[#bodies + 1] = split(line)
   end
   seed = tonumber(arguments[2])
end

function request()
   local body = bodies[1 + turn % #bodies]
   turn = turn + 1
   local pieces = { body.parts[1] }
   for index, kind in ipairs(body.kinds) do
      pieces[#pieces + 1] = fresh(kind)
      pieces[#pieces + 1] = body.parts[index + 1]
   end
   return wrk.format("POST", nil, nil, table.concat(pieces))
end

-- GET of addresses taken at random from a file, one a line. Arguments: the file, a seed.
local here = os.getenv("SOCLE_WRK")
dofile(here .. "/told.lua")

local addresses = {}

function init(arguments)
   for line in io.lines(arguments[1]) do
      addresses[#addresses + 1] = wrk.format("GET", line)
   end
   math.randomseed(tonumber(arguments[2]) + number)
end

function request()
   return addresses[math.random(#addresses)]
end

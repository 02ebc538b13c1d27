-- SPDX-License-Identifier: Apache-2.0
-- A load for wrk: GET of paths picked at random from a file, one a line.
--
--	wrk [OPTIONS] -s load.lua URL -- PATHS [HEADER: VALUE]...
--
-- The requests are made ready before the clock starts. The last line of the
-- output is one JSON document of what wrk saw, times in microseconds.

local threads = 0

function setup(thread)
   threads = threads + 1
   thread:set("seed", threads)
end

function init(args)
   for i = 2, #args do
      local name, value = args[i]:match("^([^:]+):%s*(.*)$")
      wrk.headers[name] = value
   end
   ready = {}
   for path in io.lines(args[1]) do
      ready[#ready + 1] = wrk.format("GET", path)
   end
   math.randomseed(seed)
end

function request()
   return ready[math.random(#ready)]
end

function done(summary, latency, requests)
   local e = summary.errors
   io.write(string.format(
      '\n{"requests":%d,"bytes":%d,"duration_us":%d,"p50_us":%d,' ..
      '"p99_us":%d,"max_us":%d,"bad_status":%d,"broken":%d,' ..
      '"timeouts":%d}\n',
      summary.requests, summary.bytes, summary.duration,
      latency:percentile(50), latency:percentile(99), latency.max,
      e.status, e.connect + e.read + e.write, e.timeout))
end

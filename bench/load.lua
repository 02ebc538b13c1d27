-- SPDX-License-Identifier: Apache-2.0
-- A load for wrk: requests picked at random from a file, one a line: a path
-- for GET, or a path, a tab and a body for POST.
--
--	wrk [OPTIONS] -s load.lua URL -- REQUESTS [HEADER: VALUE]...
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
   for line in io.lines(args[1]) do
      local path, body = line:match("^([^\t]*)\t(.*)$")
      ready[#ready + 1] = path and wrk.format("POST", path, nil, body)
         or wrk.format("GET", line)
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

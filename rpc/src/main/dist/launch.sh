# What the launchers of both daemons do alike; read by them. They have set: here (the distribution), name, main (the class).
# The JVM's flags stand here and in the launchers, and nowhere else.

# The runtime that was shipped along, JAVA_HOME, an installed JDK 25, the path: the first that is there.
find_java() {
  for candidate in "$here/runtime/bin/java" "${JAVA_HOME:-/nonexistent}/bin/java" /usr/lib/jvm/*25*/bin/java "$(command -v java || true)"; do
    if [ -x "$candidate" ]; then echo "$candidate"; return; fi
  done
  echo "$name: no Java found: install a JRE 25 or set JAVA_HOME" >&2
  exit 1
}

# Sorted, because the cache of loaded classes is of one order of the jars.
class_path() {
  path=
  for jar in "$here"/lib/*.jar; do path=$path${path:+:}$jar; done
  echo "$path"
}

# Classes as they are after a rehearsal: starts faster and needs less memory. Without the cache, or with one that does not fit these jars or
# this JVM, the program only starts slower. The rehearsal makes it.
ahead_of_time() {
  cache=$here/lib/$name.aot
  if [ "${1:-}" = rehearse ]; then
    echo "-XX:AOTCacheOutput=$cache"
  elif [ -r "$cache" ]; then
    echo "-XX:AOTCache=$cache"
  fi
}

# launch "<the JVM's options>" <the program's arguments>
#
# Short-lived hot paths on small nodes: C1 alone, and early (a pod's ADD is hot after some dozens of calls, not after two hundred). The archived
# classes stay where the cache was made for, or each start would copy them page by page. What malloc kept from the start is given back.
#
# No training data: with it, a start compiles what the rehearsal had compiled, for seconds, while the first pods wait. And no full collection
# when compiled code fills 15 % of its space, which would hit the first pods; hardly any of that code is ever out of use.
launch() {
  options=$1
  shift
  java=$(find_java)
  # One malloc arena: glibc would otherwise keep memory for each thread.
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
  # shellcheck disable=SC2046,SC2086
  exec "$java" $(ahead_of_time "$@") \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.2 -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError \
    -XX:-UsePerfData -XX:TrimNativeHeapInterval=10000 -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 \
    -XX:-AOTRecordTraining -XX:-AOTReplayTraining -XX:SweeperThreshold=100 \
    -Djava.library.path="$here/lib/native" -Dvertx.disableDnsResolver=true -Dio.netty.jfr.enabled=false \
    $options -cp "$(class_path)" "$main" "$@"
}

package io.vpccni.ipamd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Holds the time at which a thread was looked at, and for how long it had waited for a processor by
 * then.
 *
 * @param nanos by the monotonic clock
 * @param waited nanoseconds that the thread has been ready without running
 */
record ThreadTime(long nanos, long waited) {
  /** Returns the file in which the kernel counts the time of the calling thread. */
  static Path ofThisThread() {
    try {
      var thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      return Path.of("/proc").resolve(thread).resolve("schedstat");
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Reads such a file; a thread that has ended has not waited. */
  static ThreadTime of(Path file) {
    try {
      // The kernel's documentation, sched-stats: time on a processor, time waiting for one, slices.
      var fields = Files.readString(file).split(" ", -1);
      return new ThreadTime(System.nanoTime(), Long.parseLong(fields[1]));
    } catch (IOException ended) {
      return new ThreadTime(System.nanoTime(), 0);
    }
  }

  /** Returns the time since then for which the thread was running, or waited for something else. */
  Duration since(ThreadTime before) {
    return Duration.ofNanos(nanos - before.nanos - Math.max(0, waited - before.waited));
  }
}

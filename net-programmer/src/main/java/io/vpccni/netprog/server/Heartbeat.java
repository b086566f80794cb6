package io.vpccni.netprog.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the liveness probe that requests are being carried out: as long as the event loop runs and
 * the kernel's side answers it, a file says when that was last so. The time is that of
 * /proc/uptime, which no change of the clock moves. Once one question is not answered there is no
 * further beat, so a process that is stuck or stopped is known by the age of its last one.
 */
public final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final int LONGEST_UPTIME = 64;

  private final Supplier<Future<Void>> probe;
  private final FileChannel uptime;
  private final FileChannel file;
  private boolean asking;
  private boolean failing;

  private Heartbeat(Supplier<Future<Void>> probe, FileChannel uptime, FileChannel file) {
    this.probe = probe;
    this.uptime = uptime;
    this.file = file;
  }

  /**
   * Starts beating. The file has its first beat when it appears. The kernel's side need not have
   * answered for that: whether it does is told by later beats, and a slow first answer must not
   * prevent the start.
   *
   * @param probe completes once the kernel's side has answered
   * @param path the file, which is replaced; both files stay open, so that a beat opens none
   */
  public static Future<Void> start(Vertx vertx, Supplier<Future<Void>> probe, Path path) {
    return start(vertx, probe, path, PERIOD);
  }

  static Future<Void> start(Vertx vertx, Supplier<Future<Void>> probe, Path path, Duration period) {
    return vertx
        .executeBlocking(
            () -> {
              var uptime = FileChannel.open(Path.of("/proc/uptime"), StandardOpenOption.READ);
              return new Heartbeat(probe, uptime, create(path, uptime));
            })
        .map(
            heartbeat -> {
              vertx.setPeriodic(period.toMillis(), _ -> heartbeat.ask());
              heartbeat.ask();
              return null;
            });
  }

  /** Follows no link that stands in the file's place, since others may write to the folder. */
  private static FileChannel create(Path path, FileChannel uptime) throws IOException {
    var folder = Objects.requireNonNull(path.getParent(), "the file is in a folder");
    var fresh = Files.createTempFile(folder, "." + path.getFileName() + ".", ".tmp");
    try {
      var opened = FileChannel.open(fresh, StandardOpenOption.WRITE);
      write(uptime, opened);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
      return opened;
    } catch (IOException failed) {
      Files.deleteIfExists(fresh);
      throw new IOException(
          path + " cannot be written (" + failed + "): remove what is there, as init does", failed);
    }
  }

  private void ask() {
    if (asking) return;
    asking = true;
    probe
        .get()
        .onSuccess(_ -> beat())
        .onFailure(why -> failed(why.toString()))
        .onComplete(_ -> asking = false);
  }

  /** Writes some bytes to an open file, which takes no longer than a log line. */
  private static void write(FileChannel uptime, FileChannel file) throws IOException {
    var now = ByteBuffer.allocate(LONGEST_UPTIME);
    int length = uptime.read(now, 0);
    var seconds = new String(now.array(), 0, length, StandardCharsets.US_ASCII).split("\\.", 2)[0];
    var line = "%-20s%n".formatted(seconds).getBytes(StandardCharsets.US_ASCII);
    int _ = file.write(ByteBuffer.wrap(line), 0);
  }

  private void beat() {
    try {
      write(uptime, file);
      failing = false;
    } catch (IOException e) {
      failed(e.toString());
    }
  }

  private void failed(String why) {
    if (!failing)
      LOG.atWarn().addKeyValue("why", why).log("No sign of life for the liveness probe");
    failing = true;
  }
}

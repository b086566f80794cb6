package io.vpccni.rpc.log;

import java.io.OutputStream;
import java.util.logging.LogRecord;
import java.util.logging.StreamHandler;

/** Writes each line out at once, before the process can die. */
public final class FlushingHandler extends StreamHandler {
  public FlushingHandler(OutputStream to) {
    setOutputStream(to);
  }

  @Override
  public synchronized void publish(LogRecord entry) {
    super.publish(entry);
    flush();
  }
}

package io.vpccni.ipamd;

import io.vpccni.ipamd.checkpoint.OwnCheckpoint;
import io.vpccni.ipamd.pool.Durable;
import java.io.IOException;
import java.util.Optional;

/** This is a checkpoint on a disk that has no space left. */
final class FullDisk implements OwnCheckpoint {
  @Override
  public Loaded load() {
    return new Loaded(Durable.NOTHING, Optional.empty());
  }

  @Override
  public void save(Durable durable) throws IOException {
    throw new IOException("disk full");
  }
}

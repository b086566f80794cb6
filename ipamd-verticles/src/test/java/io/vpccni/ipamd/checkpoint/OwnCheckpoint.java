package io.vpccni.ipamd.checkpoint;

import java.nio.file.Path;

/** A checkpoint of a test in which no other instance occurs. */
public interface OwnCheckpoint extends Checkpoint {
  @Override
  default Path setAside(String instance) {
    throw new AssertionError("the checkpoint is taken for one of " + instance);
  }
}

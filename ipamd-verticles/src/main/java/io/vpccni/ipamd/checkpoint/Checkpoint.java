package io.vpccni.ipamd.checkpoint;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pool.Durable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * This is where the pool's durable part is kept. It blocks, and one thread at a time may use it.
 */
public interface Checkpoint {
  /**
   * @param durable {@link Durable#NOTHING} where there was no usable file
   * @param unreadable why a file was put aside, and where it is now
   * @param givenHere attachments that were given since this machine has booted, and so by an agent
   *     that ran on it
   */
  record Loaded(Durable durable, Optional<String> unreadable, Set<Attachment> givenHere) {
    /** Makes the contents of a file that does not say in which boot it was written. */
    public Loaded(Durable durable, Optional<String> unreadable) {
      this(durable, unreadable, Set.of());
    }
  }

  /**
   * @throws IOException if the files are there and cannot be read, or not be moved aside
   */
  Loaded load() throws IOException;

  /**
   * Keeps a copy of what is on the disk, which another instance wrote. Of several such copies only
   * this one remains.
   *
   * @return where the copy is
   */
  Path setAside(String instance) throws IOException;

  /** Makes the value durable: when this returns, it survives a power cut. */
  void save(Durable durable) throws IOException;
}

package io.vpccni.ipamd.pool.state;

/**
 * This part knows how much of the durable state is on disk.
 *
 * @param version counts the changes of what is durable
 * @param savedVersion what the checkpoint is known to hold
 * @param saving the version that is being written, 0 if none is
 */
public record Disk(long version, long savedVersion, long saving) {
  static final Disk EMPTY = new Disk(0, 0, 0);

  Disk changed(long next) {
    return new Disk(next, savedVersion, saving);
  }

  Disk save() {
    return new Disk(version, savedVersion, version);
  }

  public Disk saved(long written) {
    return new Disk(version, Math.max(savedVersion, written), 0);
  }

  public Disk failed() {
    return new Disk(version, savedVersion, 0);
  }

  /** Tells whether something durable is in memory only. */
  public boolean dirty() {
    return version > savedVersion;
  }
}

package io.vpccni.ipamd.checkpoint;

import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.pool.Durable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the checkpoint in its files. A file that cannot be used is kept aside for a person to look
 * at.
 */
public final class FileCheckpoint implements Checkpoint {
  private static final Logger log = LoggerFactory.getLogger(FileCheckpoint.class);

  private final CheckpointFiles files;
  private final CheckpointDates dates;
  private final CheckpointWriter writer = new CheckpointWriter();

  public FileCheckpoint(CheckpointFiles files, CheckpointDates dates) {
    this.files = files;
    this.dates = dates;
  }

  @Override
  public Loaded load() throws IOException {
    var decoded = CheckpointCodec.decode(files.read());
    for (var problem : decoded.problems()) {
      log.atWarn()
          .addKeyValue(LogKeys.PROBLEM, problem)
          .log("A part of the checkpoint was left out");
    }
    var useless = new TreeMap<>(files.unreadable());
    decoded.unreadable().forEach((card, why) -> useless.put(card, why.why()));
    var aside = new ArrayList<String>();
    for (var entry : useless.entrySet()) {
      var path = files.path(entry.getKey());
      var kept = files.setAside(entry.getKey(), dates.today());
      aside.add(path + " cannot be used (" + entry.getValue() + "); it is kept as " + kept);
    }
    var dated = new CheckpointDates.Dated(decoded.durable(), decoded.boot());
    return new Loaded(
        dates.fromDates(dated),
        aside.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", aside)),
        dates.givenSinceBoot(dated));
  }

  @Override
  public Path setAside(String instance) throws IOException {
    return files.copyAside(Durable.OF_INSTANCE, instance);
  }

  @Override
  public void save(Durable durable) throws IOException {
    files.write(writer.encode(dates.toDates(durable)));
  }
}

package io.vpccni.ipamd.branch.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BranchFilePlacesTest {
  /** Otherwise the next write would replace it, and nobody would know which pods it had listed. */
  @Test
  void whatCannotBeReadIsMovedAside(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve(BranchFile.NAME));
    var clock = ElapsedClock.system();
    var dates = new CheckpointDates(clock, Optional.empty());
    var file = new BranchFile(folder.resolve("ipam.json"), clock, dates);
    assertThat(file.load()).isEqualTo(BranchFile.Content.NOTHING);
    file.save(Optional.empty(), List.of());
    assertThat(folder.resolve(BranchFile.NAME)).isRegularFile();
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }
}

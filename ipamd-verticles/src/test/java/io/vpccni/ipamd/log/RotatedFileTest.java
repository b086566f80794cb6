package io.vpccni.ipamd.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.logging.ErrorManager;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RotatedFileTest {
  private static final int LIMIT = 1000;

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");

  private RotatedFile open() throws IOException {
    var file = new RotatedFile(folder.resolve("ipamd.log"), LIMIT, 2, () -> now);
    file.setFormatter(Logs.lines());
    return file;
  }

  private void write(RotatedFile file, int lines) {
    for (int i = 0; i < lines; i++) {
      file.publish(new LogRecord(Level.INFO, "line " + "x".repeat(80)));
      now = now.plusSeconds(1);
    }
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return List.copyOf(new TreeSet<>(files.map(file -> file.getFileName().toString()).toList()));
    }
  }

  /** Opening it would wait for a reader, and the agent would never start. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFifoInItsPlaceIsAnErrorThatSaysWhatToDo() throws Exception {
    var made =
        new ProcessBuilder("mkfifo", folder.resolve("ipamd.log").toString()).inheritIO().start();
    assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ipamd.log is a fifo")
        .hasMessageContaining("remove it");
  }

  private Path fifo() throws Exception {
    var fifo = folder.resolve("fifo");
    var made = new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start();
    assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return fifo;
  }

  private void isRefused(String because) {
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ipamd.log is " + because)
        .hasMessageContaining("remove it");
  }

  /** Opening it would wait as well: a link is of its own kind, whatever it leads to. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aLinkToAFifoIsNotFollowed() throws Exception {
    Files.createSymbolicLink(folder.resolve("ipamd.log"), fifo());
    isRefused("a link");
  }

  @Test
  void aLinkToAFileIsNotFollowed() throws IOException {
    var precious = Files.writeString(folder.resolve("precious"), "precious");
    Files.createSymbolicLink(folder.resolve("ipamd.log"), precious);
    isRefused("a link");
    assertThat(precious).hasContent("precious");
  }

  @Test
  void aLinkThatLeadsNowhereIsNotFollowed() throws IOException {
    Files.createSymbolicLink(folder.resolve("ipamd.log"), folder.resolve("nowhere"));
    isRefused("a link");
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  void aFolderIsNoLogFile() throws IOException {
    Files.createDirectory(folder.resolve("ipamd.log"));
    isRefused("a folder");
  }

  @Test
  void theFileKeepsItsNameAndTheOldestGo() throws IOException {
    var file = open();
    write(file, 5);
    assertThat(names()).containsExactly("ipamd.log");
    write(file, 100);
    file.close();
    assertThat(names()).hasSize(3).contains("ipamd.log");
    assertThat(names().getFirst()).matches("ipamd-2026-11-25T10-01-\\d\\d\\.000\\.log");
    assertThat(Files.size(folder.resolve("ipamd.log"))).isLessThan(LIMIT + 300);
  }

  @Test
  void aRestartGoesOnInTheSameFile() throws IOException {
    for (int i = 0; i < 2; i++) {
      var file = open();
      write(file, 2);
      file.close();
    }
    assertThat(Files.readAllLines(folder.resolve("ipamd.log"))).hasSize(4);
  }

  @Test
  void aFileThatSomebodyTookAwayStopsNothing() throws IOException {
    var file = open();
    var told = new ArrayList<String>();
    file.setErrorManager(
        new ErrorManager() {
          @Override
          public void error(String message, Exception why, int code) {
            told.add(message);
          }
        });
    Files.delete(folder.resolve("ipamd.log"));
    write(file, 30);
    file.close();
    assertThat(told).isNotEmpty().containsOnly("the log file cannot be rotated");
  }
}

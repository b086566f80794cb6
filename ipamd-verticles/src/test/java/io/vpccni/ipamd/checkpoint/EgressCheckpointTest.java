package io.vpccni.ipamd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** These tests show host-local's files beside a checkpoint. */
class EgressCheckpointTest {
  private static final Cidr RANGE = Cidr.parse("169.254.172.0/22");

  @TempDir Path root;
  private Path folder;
  private final List<Optional<String>> told = new ArrayList<>();
  private Checkpoint.Loaded inner = new Checkpoint.Loaded(Durable.NOTHING, Optional.empty());

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectories(root.resolve("egress-v4-ipam/aws-cni"));
  }

  /** Returns the checkpoint of a new process. */
  private EgressCheckpoint checkpoint() {
    var held =
        new OwnCheckpoint() {
          @Override
          public Loaded load() {
            return inner;
          }

          @Override
          public void save(Durable durable) {
            inner = new Loaded(durable, Optional.empty());
          }
        };
    return new EgressCheckpoint(held, new EgressFiles(folder, RANGE), told::add);
  }

  private static Durable pods(Holding... holdings) {
    return new Durable(Arrays.asList(holdings), Optional.empty());
  }

  private static Holding pod(String container, String egress) {
    return new Holding(
        new Attachment(container, "eth0", "aws-cni"),
        new PodRef("default", container),
        Wiring.UNKNOWN,
        List.of(),
        egress.isEmpty() ? Optional.empty() : Optional.of(Ip.parse(egress)),
        Instant.EPOCH);
  }

  private List<String> files() throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void hostLocal(String ip, String container) throws IOException {
    Files.writeString(folder.resolve(ip), container + "\r\neth0");
  }

  @Test
  void eachAddressInUseIsAFileAsHostLocalWritesIt() throws IOException {
    var checkpoint = checkpoint();
    var _ = checkpoint.load();
    checkpoint.save(pods(pod("c1", "169.254.172.2"), pod("c2", "169.254.172.3"), pod("c3", "")));
    assertThat(files()).containsExactly("169.254.172.2", "169.254.172.3", "last_reserved_ip.0");
    assertThat(folder.resolve("169.254.172.2")).hasContent("c1\r\neth0");
    assertThat(folder.resolve("last_reserved_ip.0")).hasContent("169.254.172.3");

    checkpoint.save(pods(pod("c2", "169.254.172.3")));
    assertThat(files()).containsExactly("169.254.172.3", "last_reserved_ip.0");
    assertThat(told).isEmpty();
  }

  @Test
  void whatHostLocalGaveToPodsOfTheCheckpointStaysTheirsAndTheRestOfDeadOnesGoes()
      throws IOException {
    hostLocal("169.254.172.7", "c1");
    Files.writeString(folder.resolve("169.254.172.8"), "c2"); // of an old host-local
    hostLocal("169.254.172.9", "dead");
    Files.createFile(folder.resolve("lock"));
    Files.writeString(folder.resolve("10.0.0.1"), "of another range");
    inner = new Checkpoint.Loaded(pods(pod("c1", ""), pod("c2", "")), Optional.empty());
    var checkpoint = checkpoint();
    var loaded = checkpoint.load().durable();
    assertThat(loaded.holdings())
        .extracting(holding -> holding.egress().map(Ip::toString).orElse(""))
        .containsExactly("169.254.172.7", "169.254.172.8");
    checkpoint.save(loaded);
    assertThat(files()).containsExactly("10.0.0.1", "169.254.172.7", "169.254.172.8", "lock");
  }

  @Test
  void withoutACheckpointTheFilesStayUntilTheirAddressIsGivenAgain() throws IOException {
    hostLocal("169.254.172.7", "alive");
    hostLocal("169.254.172.8", "gone");
    var checkpoint = checkpoint();
    var _ = checkpoint.load();
    checkpoint.save(pods(pod("new", "169.254.172.8")));
    assertThat(files()).containsExactly("169.254.172.7", "169.254.172.8", "last_reserved_ip.0");
    assertThat(folder.resolve("169.254.172.8")).hasContent("new\r\neth0");
    checkpoint.save(pods());
    assertThat(files()).containsExactly("169.254.172.7", "last_reserved_ip.0");
  }

  @Test
  void aFolderThatCannotBeWrittenIsToldOnceAndStopsNothing() throws IOException {
    Files.delete(folder);
    var checkpoint = checkpoint();
    var _ = checkpoint.load();
    checkpoint.save(pods(pod("c1", "169.254.172.2")));
    checkpoint.save(pods(pod("c1", "169.254.172.2"), pod("c2", "169.254.172.3")));
    assertThat(inner.durable().holdings()).hasSize(2);
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().orElseThrow()).contains(folder.toString());

    Files.createDirectory(folder);
    checkpoint.save(pods(pod("c1", "169.254.172.2"), pod("c2", "169.254.172.3")));
    assertThat(files()).contains("169.254.172.2", "169.254.172.3");
    assertThat(told).hasSize(2);
    assertThat(told.getLast()).isEmpty();
  }
}

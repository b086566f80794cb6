package io.vpccni.ipamd.conflist;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.AnyQuestion;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneRequest.InstallConflist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * These tests show what the node's CNI configuration becomes while plugins come and others meddle
 * with it.
 */
class ConflistVerticleTest {
  private static final String NEW =
      "{\"supportedVersions\":[\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}";

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private static final DataplaneReply INSTALLED = new DataplaneReply.Installed(true);

  /** These come first; after them each list is installed. */
  private final Queue<DataplaneReply> answers = new ConcurrentLinkedQueue<>();

  private final List<String> installed = new CopyOnWriteArrayList<>();
  private final List<ConditionChanged> conditions = new CopyOnWriteArrayList<>();

  @BeforeEach
  void dataplane() {
    var events = bus.vertx().eventBus();
    await(
        AnyQuestion.ofDataplane(
            events,
            asked -> {
              if (asked instanceof InstallConflist(var text)) installed.add(text);
              return Future.succeededFuture(answers.isEmpty() ? INSTALLED : answers.remove());
            }));
    await(ConditionChanged.TOPIC.hear(events, conditions::add));
  }

  private void start(String... settings) {
    var env = new HashMap<>(Map.of("ENABLE_IPv4", "true", "HOST_CNI_BIN_PATH", folder.toString()));
    for (var setting : settings) env.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    await(
        bus.vertx()
            .deployVerticle(
                new ConflistVerticle(AgentConfig.parse(env).config(), Duration.ofMillis(20))));
  }

  private void plugin(String type) throws IOException {
    var file = folder.resolve(type);
    Files.writeString(file, "#!/bin/sh\necho '" + NEW + "'\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aPluginThatComesLaterWidensTheListAndEndsTheCondition() throws IOException {
    plugin("aws-cni");
    start();
    until(() -> !installed.isEmpty());
    assertThat(installed.getFirst()).contains("1.0.0").doesNotContain("1.1.0");
    until(() -> !conditions.isEmpty());
    assertThat(conditions.getFirst())
        .satisfies(
            told -> {
              assertThat(told.name()).isEqualTo("PluginMissing");
              assertThat(told.subject()).isEqualTo("portmap");
              assertThat(told.detail()).contains(folder + "/portmap: the file is not there");
            });
    plugin("portmap");
    until(() -> installed.getLast().contains("1.1.0"));
    until(() -> !conditions.getLast().raised());
    assertThat(conditions).as("each change once").hasSize(2);
  }

  @Test
  void theListIsInstalledAgainAndAgainSoThatOneThatWasRemovedComesBack() throws IOException {
    plugin("aws-cni");
    plugin("portmap");
    start();
    until(() -> installed.size() > 3);
    assertThat(installed).containsOnly(installed.getFirst());
  }

  private void connected() {
    DataplaneEndpoints.NEWS.publish(
        bus.vertx().eventBus(),
        new DataplaneNews.Connected(
            new DataplaneReply.HostApplied(Map.of(), Set.of(), "nftables")));
  }

  @Test
  void aListThatOthersManageIsInstalledAtEachConnectionOnly() throws IOException {
    plugin("aws-cni");
    plugin("portmap");
    start("RESTORE_CNI_CONFLIST=false");
    connected();
    until(() -> installed.size() == 1);
    // Twenty looks would have come by now.
    await(bus.vertx().timer(400));
    assertThat(installed).hasSize(1);
    connected();
    until(() -> installed.size() == 2);
  }

  /** No further Connected follows an answer that came too late on a connection that lives. */
  @Test
  void aListWhoseAnswerIsUnknownIsInstalledAgain() throws IOException {
    plugin("aws-cni");
    plugin("portmap");
    answers.add(new DataplaneReply.Unavailable("not answered within 10 s", true));
    start("RESTORE_CNI_CONFLIST=false");
    connected();
    until(() -> installed.size() == 2);
    // Twenty looks would have come by now.
    await(bus.vertx().timer(400));
    assertThat(installed).hasSize(2);
    assertThat(conditions).isEmpty();
  }

  @Test
  void aListThatCouldNotBeInstalledIsTriedAgainAndTold() throws IOException {
    plugin("aws-cni");
    plugin("portmap");
    answers.add(new DataplaneReply.Refused(DataplaneReply.Why.FAILED, "no such folder"));
    answers.add(new DataplaneReply.Refused(DataplaneReply.Why.FAILED, "read-only file system"));
    start("RESTORE_CNI_CONFLIST=false");
    connected();
    until(() -> conditions.size() == 3);
    assertThat(conditions).extracting(ConditionChanged::name).containsOnly("ConflistNotInstalled");
    assertThat(conditions)
        .extracting(ConditionChanged::detail)
        .containsExactly("no such folder", "read-only file system", "");
  }
}

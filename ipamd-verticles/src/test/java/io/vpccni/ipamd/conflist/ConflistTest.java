package io.vpccni.ipamd.conflist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConflistTest {
  private static final List<String> OURS =
      List.of("0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");
  private static final List<String> DEBIANS = OURS.subList(0, 6);

  @Test
  void theBuiltInListChainsPortmap() {
    var list = json(Conflist.builtIn(config(Map.of())).render(Map.of()));
    assertThat(list).containsEntry("name", "aws-cni").containsEntry("cniVersion", "1.0.0");
    assertThat(types(list)).containsExactly("aws-cni", "portmap");
    assertThat(plugin(list, 0))
        .containsEntry("vethPrefix", "eni")
        .containsEntry("mtu", "9001")
        .containsEntry("podSGEnforcingMode", "strict")
        .containsEntry("capabilities", Map.of("io.kubernetes.cri.pod-annotations", true));
  }

  @Test
  void bandwidthAndTuningAreChainedInTheReferencesOrder() {
    var config = config(Map.of("ENABLE_BANDWIDTH_PLUGIN", "true", "DISABLE_POD_V6", "true"));
    var list = json(Conflist.builtIn(config).render(Map.of()));
    assertThat(types(list)).containsExactly("aws-cni", "portmap", "bandwidth", "tuning");
    assertThat(Json.asObject(plugin(list, 3).get("sysctl")))
        .containsOnlyKeys(
            "net.ipv6.conf.all.disable_ipv6",
            "net.ipv6.conf.default.disable_ipv6",
            "net.ipv6.conf.lo.disable_ipv6");
  }

  @Test
  void onlyVersionsThatTheWholeChainSpeaksAreOffered() {
    var conflist = Conflist.builtIn(config(Map.of()));
    var old = json(conflist.render(Map.of("aws-cni", OURS, "portmap", DEBIANS)));
    assertThat(old.get("cniVersions")).isEqualTo(List.of("0.3.1", "0.4.0", "1.0.0"));
    var current = json(conflist.render(Map.of("aws-cni", OURS, "portmap", OURS)));
    assertThat(current.get("cniVersions")).isEqualTo(List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0"));
    assertThat(current).containsEntry("cniVersion", "1.0.0");
    var older =
        json(conflist.render(Map.of("aws-cni", OURS, "portmap", List.of("0.3.1", "0.4.0"))));
    assertThat(older).containsEntry("cniVersion", "0.4.0");
  }

  @Test
  void aListOfTheChartKeepsWhatWeDoNotKnow() {
    var text =
        """
        {"cniVersion":"0.4.0","name":"mine","disableCheck":true,"x":{"y":[1,2]},"plugins":[
        {"type":"aws-cni","vethPrefix":"__VETHPREFIX__","mtu":"__MTU__","z":null},{"type":"portmap","snat":false}]}\
        """;
    var config = config(Map.of("AWS_VPC_ENI_MTU", "1500", "ENABLE_BANDWIDTH_PLUGIN", "true"));
    var list = json(Conflist.of(text, config).render(Map.of("aws-cni", OURS)));
    assertThat(list)
        .containsEntry("cniVersion", "0.4.0")
        .containsEntry("name", "mine")
        .containsEntry("disableCheck", true)
        .containsEntry("x", Map.of("y", List.of(1, 2)))
        .doesNotContainKey("cniVersions");
    assertThat(plugin(list, 0)).containsEntry("mtu", "1500").containsEntry("z", null);
    assertThat(plugin(list, 1)).containsEntry("snat", false);
    assertThat(types(list)).containsExactly("aws-cni", "portmap", "bandwidth");
  }

  @Test
  void placeholdersStandAloneBetweenQuotesOrInsideAText() {
    var config = config(Map.of("AWS_VPC_K8S_PLUGIN_LOG_FILE", "/var/log/\"x\\y"));
    var text =
        """
        {"plugins":[],"a":"__PLUGINLOGFILE__","b":[[{"subnet":__EGRESSPLUGINIPAMSUBNET__}]],"c":"<__MTU__>"}\
        """;
    var list = Json.object(Template.fill(text, config));
    assertThat(list)
        .containsEntry("a", "/var/log/\"x\\y")
        .containsEntry("c", "<9001>")
        .containsEntry("b", List.of(List.of(Map.of("subnet", "fd00::ac:00/118"))));
  }

  @Test
  void whatIsNoListIsRefused() {
    assertThatThrownBy(() -> Conflist.of("{\"plugins\":{}}", config(Map.of())))
        .isInstanceOf(MalformedJson.class);
    assertThatThrownBy(() -> Conflist.of("[]", config(Map.of()))).isInstanceOf(MalformedJson.class);
  }

  @Test
  void pluginsThatDoNotAnswerAreLeftOut(@TempDir Path folder) throws IOException {
    program(
        folder.resolve("good"),
        "echo '{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[\"0.4.0\"]}'");
    program(folder.resolve("bad"), "echo nonsense");
    program(folder.resolve("worse"), "exit 3");
    var answers = new PluginVersions(folder).ask(Set.of("good", "bad", "worse", "absent"));
    assertThat(answers.spoken()).isEqualTo(Map.of("good", List.of("0.4.0")));
    assertThat(answers.silent()).containsOnlyKeys("bad", "worse", "absent");
    assertThat(answers.silent().get("absent")).contains("/absent: the file is not there");
  }

  @Test
  void aPluginIsAskedAgainWhenItsFileIsAnotherOne(@TempDir Path folder) throws IOException {
    var plugins = new PluginVersions(folder);
    var asked = folder.resolve("asked");
    program(
        folder.resolve("portmap"),
        "echo x >> %s; echo '{\"supportedVersions\":[\"0.4.0\"]}'".formatted(asked));
    plugins.ask(Set.of("portmap"));
    assertThat(plugins.ask(Set.of("portmap")).spoken()).containsEntry("portmap", List.of("0.4.0"));
    assertThat(asked).content().hasLineCount(1);
    program(folder.resolve("portmap"), "echo '{\"supportedVersions\":[\"1.0.0\"]}'");
    assertThat(plugins.ask(Set.of("portmap")).spoken()).containsEntry("portmap", List.of("1.0.0"));
  }

  @Test
  void anAbsentPluginLimitsTheListToWhatEveryOneSpeaks() {
    var list = json(Conflist.builtIn(config(Map.of())).render(Map.of("aws-cni", OURS)));
    assertThat(list.get("cniVersions")).isEqualTo(List.of("0.3.1", "0.4.0", "1.0.0"));
  }

  private static void program(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static AgentConfig config(Map<String, String> more) {
    var env = new HashMap<>(Map.of("ENABLE_IPv4", "true", "MY_NODE_NAME", "node"));
    env.putAll(more);
    return AgentConfig.parse(env).config();
  }

  private static Map<String, @Nullable Object> json(String text) {
    return Json.object(text);
  }

  private static Map<String, @Nullable Object> plugin(
      Map<String, @Nullable Object> list, int index) {
    return Json.asObject(Json.asList(list.get("plugins")).get(index));
  }

  private static List<String> types(Map<String, @Nullable Object> list) {
    return Json.asList(list.get("plugins")).stream()
        .map(plugin -> Json.text(Json.asObject(plugin), "type"))
        .toList();
  }
}

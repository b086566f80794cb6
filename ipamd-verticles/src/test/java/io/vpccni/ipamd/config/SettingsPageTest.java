package io.vpccni.ipamd.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page of settings is made of the table that the agent reads them by. */
class SettingsPageTest {
  private static final Path PAGE = Path.of("../docs/settings.md");
  private static final String WRITE = "settings.page";

  private static String page() {
    var page =
        new StringBuilder(
            """
            # Settings of the node agent

            Each setting is an environment variable of the container `aws-node`. Names and defaults are those of
            amazon-vpc-cni-k8s; "(ours)" marks a setting that it does not have. An empty value of a switch, or of a setting
            that takes one of a few words, counts as unset. A value that cannot be used is always reported, in the log and
            on the page `http://127.0.0.1:61679/v1/env-settings` of the node, which shows what is in force there.

            This page is generated from the table in `SettingTable`. After a change there, write it again:

                mvn -q -o -Dquick -pl ipamd-verticles -am test -Dtest=SettingsPageTest -Dsettings.page=write \\
                  -Dsurefire.failIfNoSpecifiedTests=false
            """);
    SettingTable.sections()
        .forEach(
            section -> {
              page.append("\n## ").append(section.title()).append("\n\n");
              page.append(
                  "| setting | default | values | a value that cannot be used | what it does |\n");
              page.append("|---|---|---|---|---|\n");
              section.settings().forEach(setting -> page.append(row(setting)));
            });
    page.append("\n## Retired\n\n");
    SettingTable.RETIRED.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            retired -> page.append("* `%s` %s.\n".formatted(retired.getKey(), retired.getValue())));
    return page.toString();
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            setting.name(),
            shown(setting.shown()),
            setting.values().words(),
            setting.invalid().words(),
            setting.sentence());
  }

  private static String shown(String value) {
    return value.isEmpty() || value.contains("`") ? value : "`" + value + "`";
  }

  @Test
  void thePageSaysWhatTheTableSays() throws IOException {
    if ("write".equals(System.getProperty(WRITE))) Files.writeString(PAGE, page());
    assertThat(PAGE)
        .as("the table of settings has changed: run this test with -D%s=write", WRITE)
        .content()
        .isEqualTo(page());
  }

  @Test
  void eachSettingIsReadAndShown() {
    var effective = AgentConfig.parse(Map.of("ENABLE_IPv4", "true")).effective();
    assertThat(effective.keySet())
        .containsExactlyInAnyOrderElementsOf(
            SettingTable.all().stream().map(Setting::name).toList());
  }

  @Test
  void noSentenceIsAFragment() {
    assertThat(SettingTable.all())
        .allSatisfy(setting -> assertThat(setting.sentence()).matches("[A-Z].*\\.( .*\\.)*"));
  }

  @Test
  void aProxyVariableInLowerCaseWins() {
    var env =
        Map.of(
            "ENABLE_IPv4", "true",
            "HTTPS_PROXY", "http://upper:1",
            "https_proxy", " http://lower:1 ",
            "NO_PROXY", "upper",
            "no_proxy", " ");
    var proxies = AgentConfig.parse(env).config().aws().sdk().proxies();
    assertThat(proxies.https()).isEqualTo("http://lower:1");
    assertThat(proxies.http()).isEmpty();
    assertThat(proxies.direct()).as("a blank one counts as missing").isEqualTo("upper");
  }

  @Test
  void aPasswordOfAProxyIsNotShown() {
    var parsed =
        AgentConfig.parse(
            Map.of("ENABLE_IPv4", "true", "HTTPS_PROXY", "http://me:secret@proxy:3128"));
    assertThat(parsed.effective()).containsEntry("HTTPS_PROXY", "http://…@proxy:3128");
    assertThat(parsed.config().aws().sdk().proxies().https())
        .isEqualTo("http://me:secret@proxy:3128");
  }
}

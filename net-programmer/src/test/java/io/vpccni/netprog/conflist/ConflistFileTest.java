package io.vpccni.netprog.conflist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vpccni.fixtures.PlantedObject;
import io.vpccni.netprog.desired.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConflistFileTest {
  private static final String GOOD =
      """
      {"cniVersion":"0.4.0","name":"aws-cni","disableCheck":true,"own":{"kept":1},"plugins":[
       {"name":"aws-cni","type":"aws-cni","mtu":"9001"},
       {"name":"egress-cni","type":"egress-cni","ipam":{"type":"host-local"}},
       {"type":"portmap","capabilities":{"portMappings":true}},{"type":"bandwidth"},{"type":"tuning"}]}""";

  @SuppressWarnings("NullAway") // set by JUnit before anything reads it
  @TempDir
  Path folder;

  private boolean install(String text) throws Refusal {
    return new ConflistFile(folder, Set.of("cilium-cni")).install(text.getBytes(UTF_8));
  }

  @Test
  void theTextIsInstalledAsItIsAndNothingElseIsTouched() throws Exception {
    Files.writeString(folder.resolve("99-other.conflist"), "other");

    assertThat(install(GOOD)).isTrue();

    var file = folder.resolve("10-aws.conflist");
    assertThat(file).hasContent(GOOD);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(folder.resolve("99-other.conflist")).hasContent("other");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(PlantedObject.class)
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatIsInItsPlaceIsReplacedAndNotFollowedOrNamed(PlantedObject what) throws Exception {
    // The text behind the link is the right one, and still somebody else's.
    var precious = Files.writeString(folder.resolve("precious"), GOOD);
    var file = folder.resolve("10-aws.conflist");
    what.plant(file, precious);
    if (what == PlantedObject.EMPTY_FOLDER || what == PlantedObject.FULL_FOLDER) {
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> install(GOOD))
          .withMessageContaining("writing " + file);
      return;
    }
    assertThat(install(GOOD)).isTrue();
    assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(file).hasContent(GOOD);
    assertThat(precious).hasContent(GOOD);
  }

  @Test
  void theSameTextIsNotWrittenAgainAndAnotherReplacesIt() throws Exception {
    install(GOOD);
    var before = Files.getAttribute(folder.resolve("10-aws.conflist"), "unix:ino");

    assertThat(install(GOOD)).isFalse();
    assertThat(Files.getAttribute(folder.resolve("10-aws.conflist"), "unix:ino")).isEqualTo(before);
    assertThat(install(GOOD.replace("9001", "1500"))).isTrue();
    assertThat(folder.resolve("10-aws.conflist")).content().contains("1500");
  }

  @Test
  void aFileThatSomebodyRemovesOrDamagesComesBack() throws Exception {
    var file = folder.resolve("10-aws.conflist");
    var conflist = new ConflistFile(folder, Set.of());
    assertThat(conflist.install(GOOD.getBytes(UTF_8))).isTrue();
    Files.delete(file);
    assertThat(conflist.install(GOOD.getBytes(UTF_8))).isTrue();
    assertThat(file).hasContent(GOOD);
    Files.writeString(file, GOOD.substring(0, 40));
    assertThat(conflist.install(GOOD.getBytes(UTF_8))).isTrue();
    assertThat(file).hasContent(GOOD);
  }

  @Test
  void aPluginThatTheNodesOwnerAllowsMayBeChained() throws Refusal {
    assertThat(install(GOOD.replace("\"portmap\"", "\"cilium-cni\""))).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          []                                                     | not a JSON object
          {                                                      | not a JSON object
          {} x                                                   | not a JSON object
          {"cniVersion":"1.0.0","plugins":[{"type":"aws-cni"}]}  | no name
          {"name":"a","plugins":[{"type":"aws-cni"}]}            | no cniVersion
          {"cniVersion":"1.0.0","name":"a"}                      | no plugins
          {"cniVersion":"1.0.0","name":"a","plugins":[]}         | no plugins
          {"cniVersion":"1.0.0","name":"a","plugins":["x"]}      | plugins[0] is not an object
          {"cniVersion":"1.0.0","name":"a","plugins":[{}]}       | plugins[0].type is missing
          {"cniVersion":"1.0.0","name":"a","plugins":[{"type":"aws-cni"},{"type":"../../bin/sh"}]} | plugins[1].type is not one of
          {"cniVersion":"1.0.0","name":"a","plugins":[{"type":"aws-cni","ipam":{"type":"sh"}}]}    | plugins[0].ipam.type is not one of
          {"cniVersion":"1.0.0","name":"a","plugins":[{"type":"aws-cni","delegate":{"type":"sh"}}]} | plugins[0].delegate
          """)
  void whatTheRuntimeShouldNotExecuteIsRefusedAndTheOldFileStays(String text, String why)
      throws Exception {
    install(GOOD);

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> install(text))
        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID))
        .withMessageContaining("10-aws.conflist was not installed")
        .withMessageContaining(why);
    assertThat(folder.resolve("10-aws.conflist")).hasContent(GOOD);
  }

  @Test
  void bytesThatAreNotUtf8AndTextsTooLongAreRefused() {
    var file = new ConflistFile(folder, Set.of());
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> file.install(new byte[] {(byte) 0xff, '{', '}'}));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> file.install(new byte[70_000]))
        .withMessageContaining("70000 bytes");
  }

  @Test
  void aMissingFolderIsNamed() throws IOException {
    var gone = folder.resolve("gone");
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> new ConflistFile(gone, Set.of()).install(GOOD.getBytes(UTF_8)))
        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.FAILED))
        .withMessageContaining(gone.toString());
  }
}

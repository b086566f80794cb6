package io.vpccni.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks that what the pages name exists, and that their lines fit on a screen. */
class DocumentationTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern A_TEST = Pattern.compile("([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?");
  private static final Pattern A_NAME = Pattern.compile("[A-Z][a-z]\\w+");
  private static final Pattern A_PATH =
      Pattern.compile(
          "(?:docs|rpc|cni-binary|e2e|ipamd-verticles|net-programmer|metrics-helper|cli|charts|images|\\.ci)/[\\w./-]+");
  private static final Pattern A_TARGET = Pattern.compile("make ([a-z][\\w-]*)(?: .*)?");

  /** A label of the reference's metrics, which we do not use. */
  private static final String OF_THE_REFERENCE = "AssignIpv6AddressesWithContext";

  @SuppressWarnings("NullAway.Init")
  private static List<Page> pages;

  @SuppressWarnings("NullAway.Init")
  private static Sources sources;

  @BeforeAll
  static void read() throws IOException {
    pages = Page.all(ROOT);
    sources = Sources.read(ROOT);
  }

  @Test
  void eachNamedTestExists() {
    assertThat(spans(A_TEST).size()).isGreaterThan(100);
    assertThat(spansWithout(A_TEST, DocumentationTest::isATest)).isEmpty();
  }

  @Test
  void eachNamedClassExists() {
    assertThat(spansWithout(A_NAME, DocumentationTest::isKnown)).isEmpty();
  }

  @Test
  void eachNamedPathExists() {
    assertThat(
            spansWithout(
                A_PATH, path -> path.contains("/target/") || Files.exists(ROOT.resolve(path))))
        .isEmpty();
  }

  @Test
  void eachNamedMakeTargetExists() throws IOException {
    var makefile = Files.readString(ROOT.resolve("Makefile"));
    assertThat(
            spansWithout(
                A_TARGET,
                command -> makefile.contains("\n" + command.replaceAll("make ([\\w-]+).*", "$1:"))))
        .isEmpty();
  }

  @Test
  void eachLinkLeadsSomewhere() throws IOException {
    var broken = new ArrayList<String>();
    for (var page : pages) {
      for (var link : page.links()) {
        int hash = link.indexOf('#');
        var path = hash < 0 ? link : link.substring(0, hash);
        var file = path.isEmpty() ? page.file() : page.file().resolveSibling(path);
        if (!Files.exists(file)
            || (hash >= 0 && !Page.read(file).anchors().contains(link.substring(hash + 1)))) {
          broken.add(page.name() + ": " + link);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  /** Tables are exempt, because Markdown cannot wrap their rows. */
  @Test
  void linesEndAfter120Characters() {
    var long120 = new ArrayList<String>();
    for (var page : pages) {
      for (int i = 0; i < page.lines().size(); i++) {
        var line = page.lines().get(i);
        if (line.codePointCount(0, line.length()) > 120 && !line.startsWith("|")) {
          long120.add(page.name() + ":" + (i + 1));
        }
      }
    }
    assertThat(long120).isEmpty();
  }

  private static boolean isATest(String name) {
    var match = A_TEST.matcher(name);
    if (!match.matches()) {
      return false;
    }
    var source = sources.tests().get(match.group(1));
    return source != null
        && (match.group(2) == null || source.contains(" " + match.group(2) + "("));
  }

  private static boolean isKnown(String name) {
    return sources.types().contains(name)
        || sources.words().contains(name)
        || name.equals(OF_THE_REFERENCE);
  }

  private static List<String> spans(Pattern like) {
    return spansWithout(like, span -> false);
  }

  /** The code spans of this form, with their page, that do not have the property. */
  private static List<String> spansWithout(Pattern like, Predicate<String> property) {
    var found = new ArrayList<String>();
    for (var page : pages) {
      for (var span : page.codeSpans()) {
        if (like.matcher(span).matches() && !property.test(span)) {
          found.add(page.name() + ": " + span);
        }
      }
    }
    return found;
  }
}

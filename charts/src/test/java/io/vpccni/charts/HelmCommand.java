package io.vpccni.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks what a page says of Helm: its verbs and options, and the charts and values. */
final class HelmCommand {
  private static final Path ROOT = Path.of("..");
  private static final List<String> WITH_VALUE =
      List.of("--namespace", "--values", "--set", "--set-string", "--output", "--cascade");
  private static final List<String> INSTALLING =
      List.of("--namespace", "--values", "--set", "--set-string", "--install", "--take-ownership");

  /** The options of each verb that the pages may use. */
  private static final Map<String, List<String>> VERBS =
      Map.of(
          "template", List.of("--namespace", "--values", "--set", "--set-string"),
          "upgrade", INSTALLING,
          "uninstall", List.of("--namespace", "--cascade"),
          "history", List.of("--namespace"),
          "rollback", List.of("--namespace"),
          "get", List.of("--namespace", "--output"));

  private HelmCommand() {}

  static void check(PageCommand command) {
    var operands = command.operands(WITH_VALUE);
    var verb = operands.getFirst();
    assertThat(VERBS).as(command.toString()).containsKey(verb);
    assertThat(VERBS.getOrDefault(verb, List.of()))
        .as(command.toString())
        .containsAll(command.options());
    assertThat(command.valuesOf("--namespace")).containsExactly("kube-system");
    if (installs(command)) {
      assertThat(operands).hasSize(3);
      assertThat(ROOT.resolve(operands.get(2)).resolve("Chart.yaml")).exists();
    }
  }

  static boolean installs(PageCommand command) {
    var verb = command.operands(WITH_VALUE).getFirst();
    return verb.equals("template") || verb.equals("upgrade");
  }

  /**
   * Renders what the command would install, once for each file that the page shows under the name
   * that the command uses.
   */
  static List<Objects> render(OperatorPage page, PageCommand command, Path folder)
      throws IOException {
    var operands = command.operands(WITH_VALUE);
    var names = command.valuesOf("--values");
    var variants = names.isEmpty() ? 1 : variants(page, names.getFirst());
    var rendered = new ArrayList<Objects>();
    for (int i = 0; i < variants; i++) {
      var template =
          new Helm(ROOT.resolve(operands.get(2)))
              .template()
              .withName(operands.get(1))
              .withNamespace("kube-system")
              .withKubeVersion("1.36.0");
      for (var name : names) {
        var texts = page.files().getOrDefault(name, List.of());
        assertThat(texts).as("%s shows %s", page, name).isNotEmpty();
        var file = folder.resolve(i + "-" + name);
        Files.writeString(file, texts.get(Math.min(i, texts.size() - 1)));
        template.withValuesFile(file);
      }
      for (var option : List.of("--set", "--set-string")) {
        for (var assignment : command.valuesOf(option)) {
          var parts = assignment.split("=", 2);
          template.set(parts[0], parts[1]);
        }
      }
      rendered.add(Objects.parse(template.call()));
    }
    return rendered;
  }

  private static int variants(OperatorPage page, String name) {
    return Math.max(page.files().getOrDefault(name, List.of()).size(), 1);
  }
}

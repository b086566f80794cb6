package io.vpccni.e2e.up;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.NodeNamespaces;
import io.vpccni.e2e.testbed.ShutdownGuard;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Keeps the VPC and its nodes until Ctrl-C. */
public final class Up {
  private Up() {}

  /**
   * Starts everything and waits.
   *
   * @param file is written when all is ready and removed at the end
   * @return the exit code
   */
  public static int run(TestbedSettings settings, Path file, ShutdownGuard stop) {
    try (var testbed = new Testbed(settings, stop.guard(new Teardown()))) {
      testbed.startAgents();
      write(file, json(testbed));
      file.toFile().deleteOnExit();
      System.out.println(Instructions.text(testbed, file));
      waitForEver();
      return 0;
    } catch (IOException | RuntimeException failed) {
      if (!stop.stopping()) {
        System.err.println("up: " + failed.getMessage());
      }
      return 1;
    }
  }

  private static JsonObject json(Testbed testbed) {
    var nodes = new JsonArray();
    testbed.nodes().forEach(node -> nodes.add(json(node)));
    var json = new JsonObject().put("nodes", nodes);
    testbed.urls().forEach((name, url) -> json.put(name, url.toString()));
    return json;
  }

  private static JsonObject json(Node node) {
    return new JsonObject()
        .put("name", node.name())
        .put("enter", new JsonArray(List.copyOf(node.namespaces().enter())))
        .put("cniBin", NodeNamespaces.CNI_BIN)
        .put("cniConf", NodeNamespaces.CNI_CONF)
        .put("instanceId", node.facts().instanceId())
        .put("instanceType", node.facts().instanceType());
  }

  /** Writes the file in one step, because whoever waits for it must never see half of it. */
  private static void write(Path file, JsonObject json) throws IOException {
    Files.createDirectories(file.getParent());
    var part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, json.encodePrettily() + "\n");
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void waitForEver() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}

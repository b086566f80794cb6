package io.vpccni.images;

import java.util.List;

/** Says what an image is made of and how its program is started. */
enum Recipe {
  AGENT("amazon-k8s-cni", "VPC CNI node agent", "ipamd", "ipamd-verticles", "10001:10001"),

  /** It holds net-programmer, which is the init container too. */
  INIT("amazon-k8s-cni-init", "VPC CNI net-programmer", "net-programmer", "net-programmer", "0:0"),

  METRICS_HELPER(
      "cni-metrics-helper",
      "VPC CNI metrics helper",
      "cni-metrics-helper",
      "metrics-helper",
      "10001:10001");

  private final String repository;
  private final String title;
  private final String program;
  private final String module;
  private final String user;

  Recipe(String repository, String title, String program, String module, String user) {
    this.repository = repository;
    this.title = title;
    this.program = program;
    this.module = module;
    this.user = user;
  }

  /** Returns the last part of the image's name, which is the one that the charts use. */
  String repository() {
    return repository;
  }

  String title() {
    return title;
  }

  /** Returns the name of the launcher in {@code /app/bin}. */
  String program() {
    return program;
  }

  /** Returns the module whose distribution it is. */
  String module() {
    return module;
  }

  /** Returns the user and group that it runs as where nobody says otherwise. */
  String user() {
    return user;
  }

  /**
   * Returns the layers that more than one image may have, the lowest first. A node stores such a
   * layer once, and the processes that run from it share its pages.
   */
  List<String> layers() {
    return switch (this) {
      case AGENT, METRICS_HELPER -> List.of("base", "runtime");
      case INIT -> List.of("base", "runtime", "tools");
    };
  }
}

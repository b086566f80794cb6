package io.vpccni.charts;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The objects that a chart makes.
 *
 * @param text as Helm prints them
 */
record Objects(String text, List<HasMetadata> all) {
  private static final KubernetesSerialization MODEL = new KubernetesSerialization();

  static Objects parse(String text) {
    return new Objects(
        text, Yaml.documents(text).stream().map(Yaml::text).map(Objects::object).toList());
  }

  static HasMetadata object(String yaml) {
    HasMetadata object = MODEL.unmarshal(yaml);
    return object;
  }

  /** Returns the only object of a kind, if there is one. */
  <T extends HasMetadata> Optional<T> only(Class<T> kind) {
    var found = all.stream().filter(kind::isInstance).map(kind::cast).toList();
    if (found.size() > 1) {
      throw new AssertionError("several objects of the kind " + kind.getSimpleName());
    }
    return found.stream().findFirst();
  }

  /** Returns those of a kind that the model does not know, as plain YAML. */
  List<Map<String, Object>> ofKind(String kind) {
    return Yaml.documents(text).stream().filter(one -> kind.equals(one.get("kind"))).toList();
  }

  DaemonSet daemonSet() {
    return only(DaemonSet.class).orElseThrow();
  }

  PodSpec pod() {
    return daemonSet().getSpec().getTemplate().getSpec();
  }

  /** Returns all containers, that of init first. */
  List<Container> containers() {
    return Stream.concat(pod().getInitContainers().stream(), pod().getContainers().stream())
        .toList();
  }

  Container container(String name) {
    return containers().stream()
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no container " + name));
  }

  List<String> containerNames() {
    return containers().stream().map(Container::getName).toList();
  }

  /** Returns the environment that stands there in plain text. */
  Map<String, String> env(String container) {
    return container(container).getEnv().stream()
        .filter(item -> item.getValue() != null)
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }
}

package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.PodRef;

/** A pod that a kubelet wants to run; each attempt to start it is another sandbox. */
final class SimulatedPod {
  final int number;
  int sandbox;
  boolean wanted = true;
  boolean live;

  SimulatedPod(int number) {
    this.number = number;
  }

  Attachment attachment() {
    return new Attachment("c" + number + "-" + sandbox, "eth0", "aws-cni");
  }

  String veth() {
    return veth(sandbox);
  }

  String veth(int ofSandbox) {
    return "eni" + number + "x" + ofSandbox;
  }

  PodRef ref() {
    return new PodRef("default", "pod-" + number);
  }
}

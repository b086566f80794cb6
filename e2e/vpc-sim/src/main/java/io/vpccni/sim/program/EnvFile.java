package io.vpccni.sim.program;

import io.vpccni.sim.http.Endpoints;
import io.vpccni.sim.scene.Scene;
import java.net.URI;
import java.nio.file.Path;

/** Writes the environment by which AWS SDKs, the AWS CLI and kubectl find this cloud. */
final class EnvFile {
  private EnvFile() {}

  static String text(Endpoints at, URI admin, Scene scene, Path kubeconfig) {
    var lines = new StringBuilder();
    line(lines, "AWS_ENDPOINT_URL_EC2", at.ec2());
    line(lines, "AWS_ENDPOINT_URL_STS", at.sts());
    line(lines, "AWS_ENDPOINT_URL_CLOUDWATCH", at.cloudWatch());
    line(lines, "AWS_REGION", scene.region());
    line(lines, "AWS_DEFAULT_REGION", scene.region());
    var keys = scene.credentials();
    line(lines, "AWS_ACCESS_KEY_ID", keys.isEmpty() ? "AKIAVPCSIM0000000000" : keys.firstKey());
    line(
        lines,
        "AWS_SECRET_ACCESS_KEY",
        keys.isEmpty() ? "vpc-sim" : keys.getOrDefault(keys.firstKey(), ""));
    line(lines, "KUBECONFIG", kubeconfig);
    line(lines, "VPC_SIM_ADMIN", admin);
    return lines.toString();
  }

  /** Writes one variable, quoted for a shell since a path may have blanks. */
  private static void line(StringBuilder lines, String name, Object value) {
    lines.append(name).append("='").append(value.toString().replace("'", "'\\''")).append("'\n");
  }
}

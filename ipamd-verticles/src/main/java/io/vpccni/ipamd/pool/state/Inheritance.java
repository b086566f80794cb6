package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pod.Attachment;
import java.util.Set;

/**
 * This is what the checkpoint brought before IMDS has said which instance this is. Should the file
 * be another instance's, exactly this is dropped again, and what this process has done meanwhile
 * stays.
 *
 * @param holdings attachments with an entry in the file
 * @param deletions host veths whose deletion the file promises
 */
public record Inheritance(Set<Attachment> holdings, Set<String> deletions) {
  public static final Inheritance NONE = new Inheritance(Set.of(), Set.of());

  public Inheritance {
    holdings = Set.copyOf(holdings);
    deletions = Set.copyOf(deletions);
  }
}

/** ENIs and the node as EC2 and IMDS describe them. Values only. */
@NullMarked
package io.vpccni.ipamd.eni;

import org.jspecify.annotations.NullMarked;

/**
 * Puts the images together that the charts name and writes each as an OCI layout. The script {@code
 * layers} has prepared their parts.
 */
@NullMarked
package io.vpccni.images;

import org.jspecify.annotations.NullMarked;

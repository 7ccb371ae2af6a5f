# SPDX-License-Identifier: LGPL-2.1-or-later
# Missing values and bad numbers: one line, no prefix, no usage.
echo "$root" >dump

for option in --digest-store --min-version --max-version --threads; do
  fails 'option needs a value' mkcomposefs --from-file dump image "$option"
done
for value in '' x 1x 0x1 '1 ' 1.0 -; do
  fails "Invalid min version $value" mkcomposefs --min-version="$value" --from-file dump image
  fails "Invalid max version $value" mkcomposefs --max-version="$value" --from-file dump image
  fails "Invalid threads count $value" mkcomposefs --threads="$value" --from-file dump image
done
for value in 0 -1; do
  fails "Invalid threads count $value" mkcomposefs --threads="$value" --from-file dump image
done
# A bad value is noticed before missing operands are.
fails 'Invalid threads count x' mkcomposefs --threads=x
absent image

# strtol's manners.
for value in ' 1' +1 01 $'\t1'; do
  ok mkcomposefs --min-version="$value" --threads="$value" --from-file dump image
  [[ $(version_of image) == 1 ]] || complain "version $(version_of image)"
done

"""Postcodes stand where the country's post wants them."""

import pytest

from renderers.places import lines_of


@pytest.mark.parametrize(
    ("country", "city", "region", "postcode", "lines"),
    [
        ("DE", "Hamburg", "", "20095", ["20095 Hamburg"]),
        ("IT", "Roma", "RM", "00100", ["00100 Roma, RM"]),
        ("GB", "Newcastle upon Tyne", "", "NE1 3DX", ["Newcastle upon Tyne", "NE1 3DX"]),
        ("US", "Seattle", "WA", "98101", ["Seattle, WA 98101"]),
        ("US", "Seattle", "", "98101", ["Seattle 98101"]),
        ("CA", "Ottawa", "ON", "K1A 0B1", ["Ottawa ON K1A 0B1"]),
        ("IE", "Dublin", "", "D02 AF30", ["Dublin", "D02 AF30"]),
        ("HK", "Kowloon", "", "", ["Kowloon"]),
        ("AE", "Dubai", "", "", ["Dubai"]),
    ],
)
def test_city_and_postcode_are_written_as_is_usual_there(country, city, region, postcode, lines):
    assert lines_of(country, city=city, region=region, postcode=postcode) == lines

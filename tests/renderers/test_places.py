"""Postcodes stand where the country's post wants them."""

import pytest

from renderers.places import FORMS, lines_of


@pytest.mark.parametrize(
    ("country", "city", "region", "postcode", "lines"),
    [
        ("DE", "Hamburg", "", "20095", ["20095 Hamburg"]),
        ("IT", "Roma", "RM", "00100", ["00100 Roma RM"]),
        ("DE", "Hamburg", "Hamburg", "20095", ["20095 Hamburg, Hamburg"]),
        ("GB", "Bath", "Somerset", "BA1 1AA", ["Bath", "Somerset", "BA1 1AA"]),
        ("BR", "Recife", "PE", "50030-230", ["Recife-PE", "50030-230"]),
        ("BR", "Recife", "", "50030-230", ["Recife", "50030-230"]),
        ("JP", "Chiyoda-ku", "Tokyo", "100-0005", ["Chiyoda-ku, Tokyo", "100-0005"]),
        ("RO", "Cluj-Napoca", "Cluj", "400001", ["400001 Cluj Cluj-Napoca"]),
        ("IN", "Pune", "Maharashtra", "411001", ["Pune 411001", "Maharashtra"]),
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


def test_no_country_has_two_orders():
    named = [country for countries in FORMS.values() for country in countries.split()]

    assert len(named) == len(set(named))

"""The district map: folium page, bridge, guard and views."""
